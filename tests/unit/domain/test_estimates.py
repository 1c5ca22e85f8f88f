"""Times of governors that count the blocks of the chain below, and what a draft leaves open."""

from dataclasses import replace

import pytest

from bot.domain.drafting.draft import first_draft
from bot.domain.drafting.revision import MOST_REVISIONS, revised
from bot.domain.errors import Refusal
from bot.domain.onchain.block import Finality
from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.onchain.card import governor_tally
from bot.domain.onchain.governor import ClockMode, GovernorState, Observation
from bot.domain.onchain.proposal import about, is_same, observed
from bot.domain.review.comparison import _is_same_value, _untold
from bot.domain.review.named_call import NamedCall
from bot.domain.types import BlockNumber, Timepoint, UnixSeconds, Wei
from tests import builders
from tests.builders import MARA
from tests.unit.domain.test_onchain import ADDRESS, ALPHA, END, POLICY, at, block, proposal

NOW = UnixSeconds(1_793_713_400)
BELOW = replace(ALPHA, counts_l1_blocks=True)
CALL = DecodedCall(
    target=ADDRESS,
    value=Wei(5),
    function="pay",
    arguments=(Argument(type="uint256", value="8"),),
    selector="0x12345678",
)
NAMED = NamedCall(
    text="Treasury.pay() value 1 or 2",
    target="Treasury",
    function="pay",
    types=None,
    arguments=None,
)


def test_a_head_that_tells_the_block_below_measures_from_it_at_ethereums_rate() -> None:
    head = replace(block(50), l1_number=BlockNumber(END - 10))
    said = about(Timepoint(END), proposal(GovernorState.ACTIVE), BELOW, head)
    assert abs(said - (head.timestamp + 10 * 12)) <= 60


def test_without_it_the_time_is_measured_from_the_proposals_creation() -> None:
    known = proposal(GovernorState.ACTIVE)
    said = about(known.vote_start, known, BELOW, block(50))
    assert abs(said - (known.created.block_time + BELOW.voting_delay * 12)) <= 60


def test_a_proposal_that_was_revised_since_is_the_same() -> None:
    known = proposal(GovernorState.ACTIVE)
    assert is_same(known, replace(known, revisions=(at(3),), description="Another text."))


def test_what_the_text_does_not_say_is_said_to_be_open() -> None:
    told = " · ".join(_untold(CALL, replace(NAMED, value="some ETH")))
    assert "its whole address" in told
    assert "the arguments" in told
    assert _is_same_value(CALL, NAMED) is False
    assert _is_same_value(CALL, replace(NAMED, value="5 wei")) is True
    assert _is_same_value(CALL, replace(NAMED, value="6 wei")) is False


def test_a_final_block_of_unknown_time_makes_no_vote_in_seconds_final() -> None:
    counted = replace(ALPHA, clock_mode=ClockMode.TIMESTAMP)
    final = Finality(number=BlockNumber(10**6), timestamp=None)
    known = proposal(GovernorState.DEFEATED)
    assert not governor_tally(known, counted, "", UnixSeconds(1), finality=final).is_finalized


def test_no_draft_has_more_revisions_than_are_kept() -> None:
    draft = replace(
        first_draft(builders.proposal(), POLICY, "", MARA, NOW), revision=MOST_REVISIONS
    )
    with pytest.raises(Refusal, match="revisions; nothing was changed"):
        revised(draft, None, draft)  # type: ignore[arg-type] # nobody gets that far


def test_the_time_of_a_block_that_has_been_lies_between_those_that_are_known() -> None:
    known = proposal(GovernorState.SUCCEEDED)
    jumped = replace(block(END + 20), timestamp=UnixSeconds(known.created.block_time + 30 * 86_400))
    slow = replace(jumped, seconds_per_block=5_000.0)  # by which it would be before the creation
    for head in (jumped, slow):
        start, end = (
            about(each, known, ALPHA, head) for each in (known.vote_start, known.vote_end)
        )
        assert known.created.block_time - 900 <= start <= end <= head.timestamp
    queued = replace(known, queued=at(END + 1))
    assert queued.queued is not None
    assert about(known.vote_end, queued, ALPHA, slow) <= queued.queued.block_time + 60


def test_what_is_over_keeps_the_time_it_was_found_to_have() -> None:
    known = proposal(GovernorState.SUCCEEDED)
    asked = Observation(
        key=known.key,
        state=GovernorState.SUCCEEDED,
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        vote_start=None,
        vote_end=None,
        eta=None,
    )
    seen = observed(known, asked, ALPHA, block(END + 2))
    later = replace(block(END + 50), timestamp=UnixSeconds(block(END + 50).timestamp + 86_400))
    assert observed(seen, asked, ALPHA, later).vote_ends_at == seen.vote_ends_at
    impossible = replace(seen, vote_ends_at=UnixSeconds(seen.created.block_time - 86_400))
    mended = observed(impossible, asked, ALPHA, later).vote_ends_at
    assert mended is not None
    assert mended >= seen.created.block_time - 900
