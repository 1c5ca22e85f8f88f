"""The moments that the facts of an on-chain proposal imply."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.drafting.draft import first_draft, refined_draft
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.onchain.block import Block, BlockId, Position
from bot.domain.onchain.card import governor_tally, on_chain_summary, whole
from bot.domain.onchain.event import (
    ProposalCanceled,
    ProposalCreated,
    ProposalExecuted,
    ProposalQueued,
)
from bot.domain.onchain.governor import (
    ClockMode,
    Flavour,
    Governor,
    GovernorState,
    Observation,
    ProposalKey,
    QuorumRule,
    TimelockKind,
)
from bot.domain.onchain.moments import moments
from bot.domain.onchain.news import Sighting, carries_out, governor_news
from bot.domain.onchain.proposal import (
    GovernorProposal,
    Moment,
    about,
    expires_at,
    folded,
    is_same,
    observed,
    same_title,
    seconds_per_block,
    title_of,
)
from bot.domain.onchain.standing import participation
from bot.domain.policy import BRAINTRUST, Policy
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    Seconds,
    SnapshotProposalId,
    SpaceId,
    Timepoint,
    TokenUnits,
    TransactionHash,
    UnixSeconds,
)
from tests import builders
from tests.builders import MARA

ADDRESS = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
DAY = 86_400
ALPHA = Governor(
    chain_id=ChainId(1),
    address=ADDRESS,
    name="Governor",
    flavour=Flavour.GOVERNOR_ALPHA,
    clock_mode=ClockMode.BLOCK_NUMBER,
    quorum_rule=QuorumRule.FOR,
    token_address=None,
    token_symbol="BTRST",
    token_decimals=18,
    voting_delay=Timepoint(1),
    voting_period=Timepoint(100),
    proposal_threshold=TokenUnits(0),
    timelock_kind=TimelockKind.COMPOUND,
    timelock_address=ADDRESS,
    timelock_delay=Seconds(2 * DAY),
    grace_period=Seconds(14 * DAY),
)
SECONDS = replace(ALPHA, clock_mode=ClockMode.TIMESTAMP)
KEY = ProposalKey(chain_id=ChainId(1), governor=ADDRESS, id=GovernorProposalId(7))
START, END = 1_001, 1_101


def block(number: int, seconds_each: int = 12) -> Block:
    return Block(
        id=BlockId(number=BlockNumber(number), hash=BlockHash(hex(number))),
        parent_hash=BlockHash(hex(number - 1)),
        timestamp=UnixSeconds(number * seconds_each),
    )


def at(number: int) -> Position:
    return Position(
        block=block(number).id,
        block_time=block(number).timestamp,
        transaction_hash=TransactionHash(hex(number)),
        log_index=0,
    )


CREATED = ProposalCreated(
    emitter=ADDRESS,
    position=at(1_000),
    id=KEY.id,
    proposer=ADDRESS,
    calls=(),
    vote_start=Timepoint(START),
    vote_end=Timepoint(END),
    description="# Lower the fee\n\nBecause.",
)
QUEUED = ProposalQueued(
    emitter=ADDRESS, position=at(1_200), id=KEY.id, eta=UnixSeconds(1_200 * 12 + 2 * DAY)
)


def made_at(moment: int) -> Position:
    return replace(at(1_000), block_time=UnixSeconds(moment))


def decided(start: int, end: int) -> SnapshotProposal:
    """Make a consensus check as the hub shows it once it is over."""
    return SnapshotProposal(
        id=SnapshotProposalId("0x" + "ab" * 32),
        space=SpaceId("usebraintrust.eth"),
        author=ADDRESS,
        type="single-choice",
        title="A title",
        body="",
        discussion="",
        choices=("For", "Against"),
        created=UnixSeconds(start),
        start=UnixSeconds(start),
        end=UnixSeconds(end),
        snapshot_block=None,
        state=SnapshotState.CLOSED,
        scores=(),
        scores_total=Decimal(0),
        scores_final=True,
        votes=0,
        quorum=Decimal(0),
        flagged=False,
        privacy="",
        link="",
    )


def proposal(state: GovernorState = GovernorState.PENDING, **changes: object) -> GovernorProposal:
    made = folded(KEY, [CREATED])
    assert made is not None
    return replace(made, state=state, **changes)  # type: ignore[arg-type] # from keywords


def queued(
    state: GovernorState = GovernorState.QUEUED, queued_at: int = 1_200, **changes: object
) -> GovernorProposal:
    return proposal(state, queued=at(queued_at), eta=QUEUED.eta, **changes)


POLICY = replace(
    BRAINTRUST, closing_soon_leads=(Seconds(120),), grace_ending_leads=(Seconds(3 * DAY),)
)


def implied(
    known: GovernorProposal, head: Block, governor: Governor = ALPHA, policy: Policy = POLICY
) -> dict[str, bool]:
    found = moments(known, governor, head, policy)
    return {str(each.moment): is_news for each, is_news in found.items()}


def head_at(moment: int) -> Block:
    return replace(block(30_000), timestamp=UnixSeconds(moment))


def test_a_proposal_is_made_of_its_events_and_nothing_without_its_creation() -> None:
    executed = ProposalExecuted(emitter=ADDRESS, position=at(1_300), id=KEY.id)
    canceled = ProposalCanceled(emitter=ADDRESS, position=at(1_400), id=KEY.id)
    assert folded(KEY, [QUEUED, executed, canceled]) is None
    whole_life = folded(KEY, [CREATED, QUEUED, executed, canceled])
    assert whole_life is not None
    assert (whole_life.title, whole_life.eta) == ("Lower the fee", QUEUED.eta)
    positions = (whole_life.queued, whole_life.executed, whole_life.canceled)
    assert positions == (at(1_200), at(1_300), at(1_400))


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("# Lower the fee\nmore", "Lower the fee"),
        ("\n \n## \n  Second row", "Second row"),
        ("", "(no title)"),
        ("###", "(no title)"),
        ("x" * 300, "x" * 256),
    ],
)
def test_the_title_is_the_first_row_with_text(description: str, title: str) -> None:
    assert title_of(description) == title


def test_titles_are_the_same_but_for_case_and_space() -> None:
    assert same_title("Lower  the FEE", " lower the fee ")
    assert not same_title("Lower the fee", "Lower the fees")


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("#1 priority: fee", "#1 priority: fee"),
        ("#1 priority: fee", "# #1 priority: fee\n\nWhy."),
        ("Caf\u00e9 fee", "# Cafe\u0301 fee"),
        ("Lower the fee", "\u200b# Lower\u200b the\u00a0fee\ufeff"),
        ("Lower the fee", "\u200b\r\n# Lower the fee\r\n"),
        ("\U0001f600" * 200, "# " + "\U0001f600" * 200),
    ],
)
def test_titles_are_compared_as_they_are_read(title: str, description: str) -> None:
    assert same_title(title_of(description), title)


def test_no_title_is_no_title_in_common() -> None:
    assert not same_title("", "")
    assert not same_title("#", "\u200b")


def test_a_proposal_is_the_same_whatever_became_of_it_and_another_if_it_asks_for_more() -> None:
    assert is_same(proposal(), queued(created=at(900)))
    assert not is_same(proposal(), proposal(description="# Lower the fee\n\nBecause!"))


def test_what_the_contract_did_not_tell_stays_as_it_was_known() -> None:
    silent = Observation(
        key=KEY,
        state=GovernorState.UNKNOWN,
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        vote_start=None,
        vote_end=None,
        eta=None,
    )
    before = proposal(for_votes=TokenUnits(5), quorum=TokenUnits(9))
    after = observed(before, silent, ALPHA, block(1_050))
    assert (after.for_votes, after.quorum, after.state) == (5, 9, GovernorState.UNKNOWN)
    told = observed(before, replace(silent, for_votes=TokenUnits(0)), ALPHA, block(1_050))
    assert told.for_votes == 0


def test_a_voting_window_of_blocks_is_an_estimate_and_one_of_seconds_is_exact() -> None:
    known = proposal(vote_start=Timepoint(1_001), vote_end=Timepoint(1_101))
    assert about(known.vote_end, known, ALPHA, block(1_050)) == 13_200  # 13,212 by the minute
    long = replace(known, vote_end=Timepoint(9_001))
    assert about(long.vote_end, long, ALPHA, block(1_050)) % 900 == 0
    assert about(Timepoint(777), known, SECONDS, block(1_050)) == 777


def test_the_rate_of_a_chain_is_measured_since_the_creation() -> None:
    known = proposal()
    assert seconds_per_block(known, block(1_000)) == 12
    slow = replace(block(1_010), timestamp=UnixSeconds(1_000 * 12 + 10 * 30))
    assert seconds_per_block(known, slow) == 30


def test_a_pending_proposal_is_only_made() -> None:
    assert implied(proposal(), block(START)) == {"created": True}


def test_an_open_vote_is_news_and_its_end_is_told_before_it_comes() -> None:
    active = proposal(GovernorState.ACTIVE)
    assert implied(active, block(START + 1)) == {"created": True, "voting open": True}
    assert "closing soon" not in implied(active, block(END - 11))
    assert implied(active, block(END - 10))["closing soon"]


def test_a_lead_longer_than_the_vote_waits_for_half_of_it() -> None:
    policy = replace(POLICY, closing_soon_leads=(Seconds(DAY),))
    active = proposal(GovernorState.ACTIVE)
    assert "closing soon" not in implied(active, block(START + 49), policy=policy)
    assert implied(active, block(START + 50), policy=policy)["closing soon"]


def test_a_clock_of_seconds_opens_and_closes_by_the_time() -> None:
    window = {"vote_start": Timepoint(20_000), "vote_end": Timepoint(30_000)}
    active = proposal(GovernorState.ACTIVE, **window)
    assert "voting open" not in implied(active, head_at(20_000), SECONDS)
    assert implied(active, head_at(20_001), SECONDS)["voting open"]
    assert implied(active, head_at(29_880), SECONDS)["closing soon"]
    canceled = replace(active, state=GovernorState.CANCELED, canceled=at(1_500))
    assert "voting open" not in implied(canceled, head_at(40_000), SECONDS)


def test_after_the_vote_its_opening_is_no_news_any_more() -> None:
    defeated = implied(proposal(GovernorState.DEFEATED), block(END + 1))
    assert defeated == {
        "created": True,
        "voting open": False,
        "closing soon": False,
        "defeated": True,
    }


@pytest.mark.parametrize(
    "state",
    [
        GovernorState.SUCCEEDED,
        GovernorState.QUEUED,
        GovernorState.EXPIRED,
        GovernorState.EXECUTED,
    ],
)
def test_whatever_comes_after_success_implies_it(state: GovernorState) -> None:
    assert implied(proposal(state), block(END + 1))["succeeded"]


def test_what_was_queued_succeeded_even_if_it_was_cancelled_later() -> None:
    canceled = implied(queued(GovernorState.CANCELED, canceled=at(1_300)), block(1_400))
    assert (canceled["succeeded"], canceled["queued"], canceled["canceled"]) == (True, True, True)
    assert "executable" not in canceled


def test_a_cancellation_before_the_vote_leaves_no_vote() -> None:
    found = implied(proposal(GovernorState.CANCELED, canceled=at(START)), block(END + 5))
    assert found == {"created": True, "canceled": True}


def test_a_cancellation_during_the_vote_leaves_no_reminder() -> None:
    found = implied(proposal(GovernorState.CANCELED, canceled=at(START + 5)), block(END + 5))
    assert found == {"created": True, "voting open": False, "canceled": True}


def test_the_moments_of_the_timelock_come_at_their_second() -> None:
    eta = QUEUED.eta
    assert "executable" not in implied(queued(), head_at(eta - 1))
    assert implied(queued(), head_at(eta))["executable"]
    warned = eta + 11 * DAY
    assert "grace period ending" not in implied(queued(), head_at(warned - 1))
    assert implied(queued(), head_at(warned))["grace period ending"]


def test_a_short_grace_period_warns_at_half_of_it() -> None:
    short = replace(ALPHA, grace_period=Seconds(DAY))
    assert "grace period ending" not in implied(queued(), head_at(QUEUED.eta + DAY // 2 - 1), short)
    assert implied(queued(), head_at(QUEUED.eta + DAY // 2), short)["grace period ending"]


def test_without_a_grace_period_nothing_ends() -> None:
    endless = replace(ALPHA, grace_period=None)
    assert "grace period ending" not in implied(queued(), head_at(QUEUED.eta + 99 * DAY), endless)
    assert expires_at(queued(), endless) is None
    assert expires_at(queued(), ALPHA) == QUEUED.eta + 14 * DAY
    assert expires_at(proposal(), ALPHA) is None


def test_what_ended_in_time_was_never_warned_of() -> None:
    soon = replace(at(1_300), block_time=UnixSeconds(QUEUED.eta + 5))
    found = implied(queued(GovernorState.EXECUTED, executed=soon), head_at(QUEUED.eta + 20 * DAY))
    assert found["executable"] is False
    assert "grace period ending" not in found


@pytest.mark.parametrize("state", [GovernorState.CANCELED, GovernorState.EXECUTED])
def test_an_end_without_an_event_implies_nothing_of_the_timelock(state: GovernorState) -> None:
    found = implied(queued(state), head_at(QUEUED.eta + 20 * DAY))
    assert "executable" not in found
    assert found[str(state)]


def test_an_expired_proposal_was_executable_once() -> None:
    found = implied(queued(GovernorState.EXPIRED), head_at(QUEUED.eta + 14 * DAY))
    assert (found["executable"], found["grace period ending"]) == (False, False)
    assert found["expired"]


def test_news_carry_the_transaction_and_time_of_what_happened() -> None:
    seen = Sighting(
        proposal=queued(for_votes=TokenUnits(5 * 10**17)), governor=ALPHA, head=block(1_300)
    )
    news = {each.moment: each for each in governor_news(seen, BRAINTRUST, "BTRST-1")}
    assert (news[Moment.QUEUED].transaction_hash, news[Moment.QUEUED].at) == (hex(1_200), 14_400)
    succeeded = news[Moment.SUCCEEDED]
    assert (succeeded.transaction_hash, succeeded.at) == (None, block(1_300).timestamp)
    assert str(succeeded.for_votes) == "0.500000000000000000"
    assert succeeded.against_votes is None


def test_an_on_chain_proposal_carries_out_what_bears_its_title_or_names_its_vote() -> None:
    draft = refined_draft(
        first_draft(builders.proposal(), BRAINTRUST, "", MARA, UnixSeconds(1)),
        BRAINTRUST,
        "",
        UnixSeconds(2),
    )
    vote = decided(DAY, 2 * DAY)
    named = proposal(description=f"See {vote.id}", created=made_at(2 * DAY))
    titled = proposal(title="lower the  MARKETPLACE fee", created=made_at(2 * DAY))
    for fits in (titled, named):
        assert carries_out(fits, draft, vote, BRAINTRUST)
        for state in (GovernorState.CANCELED, GovernorState.DEFEATED, GovernorState.EXPIRED):
            assert not carries_out(replace(fits, state=state), draft, vote, BRAINTRUST)
    another = replace(vote, id=SnapshotProposalId("0x" + "cd" * 32))
    assert not carries_out(named, draft, another, BRAINTRUST)


def test_what_was_on_chain_before_the_vote_was_over_is_not_its_outcome() -> None:
    draft = refined_draft(
        first_draft(builders.proposal(), BRAINTRUST, "", MARA, UnixSeconds(1)),
        BRAINTRUST,
        "",
        UnixSeconds(2),
    )
    vote, quarter = decided(DAY, 2 * DAY), 900
    titled, named = proposal(title=builders.proposal().title), proposal(description=f"{vote.id}")

    def fits(found: GovernorProposal, moment: int) -> bool:
        return carries_out(replace(found, created=made_at(moment)), draft, vote, BRAINTRUST)

    assert fits(titled, 2 * DAY - quarter)  # the two clocks may differ by so much
    assert not fits(titled, 2 * DAY - quarter - 1)
    assert fits(named, DAY - quarter)
    assert not fits(named, DAY - quarter - 1)


def test_the_tally_leaves_out_what_the_contract_did_not_tell() -> None:
    tally = governor_tally(proposal(GovernorState.ACTIVE), ALPHA, "", UnixSeconds(1))
    assert (tally.choices, tally.scores) == (("For", "Against"), ())
    assert tally.scores_total is None
    assert tally.quorum_counted is None
    assert tally.passed is None


@pytest.mark.parametrize(
    ("rule", "counted"), [(QuorumRule.FOR, 3), (QuorumRule.FOR_AND_ABSTAIN, 5)]
)
def test_the_quorum_is_counted_by_the_governors_rule(rule: QuorumRule, counted: int) -> None:
    governor = replace(ALPHA, quorum_rule=rule, token_decimals=0)
    known = proposal(
        GovernorState.DEFEATED,
        for_votes=TokenUnits(3),
        against_votes=TokenUnits(4),
        abstain_votes=TokenUnits(2),
    )
    tally = governor_tally(known, governor, "", UnixSeconds(1))
    assert tally.quorum_counted == counted
    assert (tally.passed, tally.is_final) == (False, True)


def test_base_units_become_whole_tokens_exactly() -> None:
    assert str(whole(TokenUnits(2**256 - 1), ALPHA)).startswith("115792089237316195423570985008")
    assert str(whole(TokenUnits(1), ALPHA)) == "1E-18"
    assert whole(TokenUnits(10**18), ALPHA) == 1


def test_the_card_names_the_executing_transaction() -> None:
    done = queued(GovernorState.EXECUTED, executed=at(1_300))
    assert on_chain_summary(done, ALPHA).executed_transaction == hex(1_300)
    assert on_chain_summary(queued(), ALPHA).executed_transaction is None


@pytest.mark.parametrize(
    ("votes", "supply", "part"),
    [
        ((124, 0, 0), 1_000, "0.124"),
        ((1, 1, 1), 9, "0.333333"),
        ((10**30, 0, 0), 3 * 10**30, "0.333333"),
        ((1, 0, 0), 10**27, "0.000001"),  # a little is never nothing
        ((0, 0, 0), 10, "0"),
        ((9, 1, 0), 10, "1"),
        ((9, 2, 0), 10, None),  # the governor counts something else than this token
        ((9, 0, 0), None, None),
        ((9, None, 0), 10, None),
    ],
)
def test_participation_is_what_was_cast_of_all_there_is(
    votes: tuple[int | None, ...], supply: int | None, part: str | None
) -> None:
    for_votes, against_votes, abstain_votes = votes
    seen = proposal(
        GovernorState.ACTIVE,
        for_votes=for_votes,
        against_votes=against_votes,
        abstain_votes=abstain_votes,
        supply=supply,
    )
    governor = replace(ALPHA, flavour=Flavour.GOVERNOR_BRAVO)
    expected = None if part is None else Decimal(part)
    assert participation(seen, governor) == expected
    assert governor_tally(seen, governor, "", UnixSeconds(1)).participation == expected


def test_a_choice_that_a_governor_does_not_have_is_never_shown() -> None:
    known = proposal(
        GovernorState.ACTIVE,
        for_votes=TokenUnits(2),
        against_votes=TokenUnits(1),
        abstain_votes=TokenUnits(0),  # as an earlier version has stored it
    )
    bravo = replace(ALPHA, flavour=Flavour.GOVERNOR_BRAVO)
    assert governor_tally(known, ALPHA, "", UnixSeconds(1)).choices == ("For", "Against")
    assert governor_tally(known, bravo, "", UnixSeconds(1)).choices == ("For", "Against", "Abstain")
    silent = governor_tally(proposal(), bravo, "", UnixSeconds(1))
    assert (silent.choices, silent.scores) == (("For", "Against", "Abstain"), ())
    for governor, abstained in ((ALPHA, None), (bravo, Decimal(0))):
        seen = Sighting(proposal=known, governor=governor, head=block(START + 1))
        assert {each.abstain_votes for each in governor_news(seen, POLICY, "")} == {abstained}
