"""Which deadlines the facts imply, and what a new look at them changes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.deadlines.deadline import Deadline, DeadlineKind, caption, is_address, meaning
from bot.domain.deadlines.entry import WORTH_MOVING, Entry, recorded
from bot.domain.deadlines.facts import Ours, of_followed, of_governor, of_round
from bot.domain.drafting.draft import first_draft
from bot.domain.offchain.followed import FollowedVote, FollowStatus, news_key
from bot.domain.offchain.snapshot import SignedEnvelope, SnapshotProposal
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.onchain.governor import ClockMode, GovernorState
from bot.domain.onchain.proposal import GovernorProposal, folded
from bot.domain.policy import Step
from bot.domain.types import ProposalId, Timepoint, UnixSeconds
from tests import builders
from tests.builders import GUILD, MARA
from tests.deadlines import DAY, HOUR, NOW, deadline, entry, moment
from tests.unit.domain.test_onchain import ALPHA, CREATED, KEY

POLICY = builders.policy()
MADE = folded(KEY, [CREATED])
assert MADE is not None
ON_CHAIN: GovernorProposal = MADE


def round_of(status: VoteStatus = VoteStatus.NOTICED, **changes: Any) -> OffChainVote:
    whole = OffChainVote(
        proposal_id=ProposalId(1),
        step=Step.TEMPERATURE,
        round=1,
        status=status,
        opens_at=moment(DAY),
        envelope=None,
    )
    return replace(whole, **changes)


def on_snapshot(**changes: Any) -> SnapshotProposal:
    draft = first_draft(builders.proposal(), POLICY, "", MARA, NOW)
    seen = builders.on_snapshot(draft)
    return replace(seen, start=moment(HOUR), end=moment(DAY), **changes)


def followed(seen: SnapshotProposal, status: FollowStatus = FollowStatus.OPEN) -> FollowedVote:
    return FollowedVote(
        guild_id=GUILD,
        snapshot_id=seen.id,
        since=NOW,
        status=status,
        news_key=news_key(seen.id),
        is_quiet=False,
    )


def by_kind(proposal: GovernorProposal, **governor: Any) -> dict[DeadlineKind, Deadline]:
    found = of_governor(proposal, replace(ALPHA, **governor))
    return {each.kind: each for each in found}


def queued(**changes: Any) -> GovernorProposal:
    whole = replace(
        ON_CHAIN,
        vote_starts_at=moment(-9 * DAY),
        vote_ends_at=moment(-2 * DAY),
        eta=moment(DAY),
        state=GovernorState.QUEUED,
        queued=ON_CHAIN.created,
        executed=None,
        canceled=None,
    )
    return replace(whole, **changes)


def test_a_notice_is_a_window_of_the_voting_period() -> None:
    made = of_round(round_of(), builders.proposal(), POLICY)
    assert made is not None
    assert (made.start, made.end) == (moment(DAY), moment(4 * DAY))
    assert made.heading == "Temperature Check"


def test_one_round_has_one_key_from_its_notice_to_its_result() -> None:
    seen = on_snapshot()
    envelope = SignedEnvelope(id=seen.id, text="{}")
    lives = [
        round_of(),
        round_of(VoteStatus.SIGNED, envelope=envelope, snapshot_id=seen.id),
        round_of(VoteStatus.POSTED, envelope=envelope, snapshot_id=seen.id, observed=seen),
        round_of(VoteStatus.DECIDED, envelope=envelope, snapshot_id=seen.id, observed=seen),
    ]
    made = [of_round(each, builders.proposal(), POLICY) for each in lives]
    assert len({each.key for each in made if each}) == 1
    assert made[-1] is not None
    assert (made[-1].start, made[-1].end, made[-1].link) == (seen.start, seen.end, seen.link)
    assert not any(each.cancelled for each in made if each)


@pytest.mark.parametrize(
    "status",
    [
        VoteStatus.POSTPONED,
        VoteStatus.REFUSED,
        VoteStatus.DELETED,
        VoteStatus.SET_ASIDE,
        VoteStatus.SUPERSEDED,
        VoteStatus.UNLINKED,
    ],
)
def test_a_round_that_ended_early_is_cancelled_with_its_reason(status: VoteStatus) -> None:
    made = of_round(round_of(status), builders.proposal(), POLICY)
    assert made is not None
    assert made.cancelled.endswith(".")
    assert meaning(made) == f"Cancelled: {made.cancelled}"


def test_a_rehearsed_round_is_no_deadline() -> None:
    assert of_round(round_of(VoteStatus.REHEARSED), builders.proposal(), POLICY) is None


def test_an_adopted_vote_keeps_the_key_it_had_when_it_was_nobodys() -> None:
    seen = on_snapshot()
    before = of_followed(followed(seen), seen, POLICY)
    ours = Ours(proposal=builders.proposal(), step=Step.TEMPERATURE)
    after = of_followed(followed(seen), seen, POLICY, ours)
    assert before is not None
    assert after is not None
    assert before.key == after.key
    assert (before.heading, after.heading) == ("Vote", "Temperature Check")
    assert after.reference == "BTRST-1"
    adopted = round_of(VoteStatus.POSTED, snapshot_id=seen.id, observed=seen)
    assert of_round(adopted, builders.proposal(), POLICY) is None


@pytest.mark.parametrize("status", [FollowStatus.GONE, FollowStatus.HIDDEN])
def test_what_is_deleted_or_spam_is_cancelled(status: FollowStatus) -> None:
    seen = on_snapshot()
    made = of_followed(followed(seen, status), seen, POLICY)
    assert made is not None
    assert made.cancelled


def test_a_queued_proposal_has_three_deadlines_with_keys_of_their_own() -> None:
    made = by_kind(queued(), grace_period=14 * DAY)
    assert set(made) == {
        DeadlineKind.ON_CHAIN_VOTE,
        DeadlineKind.EXECUTABLE,
        DeadlineKind.EXPIRY,
    }
    assert made[DeadlineKind.EXECUTABLE].start == moment(DAY)
    assert made[DeadlineKind.EXPIRY].end == moment(15 * DAY)
    assert [each.key.rpartition(":")[2] for each in made.values()] == [
        "vote",
        "executable",
        "expiry",
    ]


def test_what_never_expires_has_no_last_hour() -> None:
    assert DeadlineKind.EXPIRY not in by_kind(queued(), grace_period=None)


def test_what_was_executed_does_not_expire() -> None:
    made = by_kind(queued(state=GovernorState.EXECUTED), grace_period=14 * DAY)
    assert made[DeadlineKind.EXPIRY].cancelled == "it was executed in time."
    assert not made[DeadlineKind.EXECUTABLE].cancelled


@pytest.mark.parametrize("state", [GovernorState.CANCELED, GovernorState.VETOED])
def test_what_was_canceled_after_its_vote_was_a_vote_all_the_same(state: GovernorState) -> None:
    at = replace(ON_CHAIN.created, block_time=moment(-HOUR))
    made = by_kind(queued(state=state, canceled=at), grace_period=14 * DAY)
    assert not made[DeadlineKind.ON_CHAIN_VOTE].cancelled
    assert made[DeadlineKind.EXECUTABLE].cancelled
    assert made[DeadlineKind.EXPIRY].cancelled


def test_what_was_canceled_before_its_vote_ended_is_cancelled() -> None:
    made = by_kind(
        queued(
            state=GovernorState.CANCELED,
            vote_starts_at=moment(DAY),
            vote_ends_at=moment(2 * DAY),
            eta=None,
        )
    )
    assert made[DeadlineKind.ON_CHAIN_VOTE].cancelled


@pytest.mark.parametrize(
    ("mode", "says_about"), [(ClockMode.BLOCK_NUMBER, True), (ClockMode.TIMESTAMP, False)]
)
def test_times_counted_in_blocks_say_about(mode: ClockMode, *, says_about: bool) -> None:
    made = by_kind(queued(), clock_mode=mode)
    vote = made[DeadlineKind.ON_CHAIN_VOTE]
    assert ("(about)" in caption(vote)) is says_about
    assert ("blocks" in meaning(vote)) is says_about
    assert "(about)" not in caption(made[DeadlineKind.EXECUTABLE])


def test_times_that_no_calendar_reaches_are_no_deadlines() -> None:
    far = UnixSeconds(2**63)
    assert by_kind(queued(vote_starts_at=far, vote_ends_at=far, eta=far)) == {}
    assert by_kind(queued(vote_starts_at=None, vote_ends_at=None, eta=None)) == {}


@pytest.mark.parametrize(
    ("link", "fits"),
    [
        ("https://snapshot.box/#/x", True),
        ("http://a", True),
        ("", False),
        ("javascript:alert(1)", False),
        ("https://a\r\nATTACH:b", False),
        ("https://a b", False),
        ("https://ä", False),
    ],
)
def test_only_a_plain_address_on_the_web_is_shown(link: str, *, fits: bool) -> None:
    assert is_address(link) is fits


def looked(*found: Deadline, known: Iterable[Entry] = (), now: UnixSeconds = NOW) -> list[Entry]:
    return recorded({each.deadline.key: each for each in known}, found, now)


def test_what_is_ahead_is_recorded_and_what_is_over_or_off_is_not() -> None:
    assert [each.deadline for each in looked(deadline())] == [deadline()]
    assert looked(deadline(end=NOW)) == []
    assert looked(deadline(cancelled="it is off.")) == []


def test_the_same_look_changes_nothing() -> None:
    assert looked(deadline(), known=[entry()]) == []


def test_a_moved_deadline_counts_up_and_another_title_does_not() -> None:
    [moved] = looked(deadline(end=moment(5 * DAY)), known=[entry(sequence=3)], now=moment(60))
    assert (moved.sequence, moved.changed_at) == (4, moment(60))
    [renamed] = looked(deadline(title="Another"), known=[entry(sequence=3)], now=moment(60))
    assert (renamed.sequence, renamed.changed_at) == (3, moment(60))


def test_what_nothing_speaks_of_any_more_is_cancelled_and_can_come_back() -> None:
    [lost] = looked(known=[entry()])
    assert "not on the chain any more" in lost.deadline.cancelled
    assert lost.sequence == 1
    assert looked(known=[lost]) == []
    [back] = looked(deadline(), known=[lost])
    assert (back.deadline, back.sequence) == (deadline(), 2)


def test_a_reason_that_was_given_stays_when_the_proposal_is_forgotten() -> None:
    off = entry(of=deadline(cancelled="the vote was postponed."))
    assert looked(known=[off]) == []


def test_what_is_over_stays_as_it_was() -> None:
    over = entry(of=deadline(start=moment(-DAY), end=NOW))
    assert looked(known=[over]) == []
    off = replace(over.deadline, cancelled="the proposal was canceled on chain.")
    assert looked(off, known=[over]) == []


def test_an_extended_vote_is_not_over() -> None:
    over = entry(of=deadline(start=moment(-DAY), end=NOW))
    [longer] = looked(replace(over.deadline, end=moment(HOUR)), known=[over])
    assert longer.deadline.end == moment(HOUR)


@pytest.mark.parametrize("drift", [-WORTH_MOVING + 1, WORTH_MOVING - 1])
def test_an_estimate_that_drifts_by_little_moves_nothing(drift: int) -> None:
    about = deadline(is_estimate=True)
    drifted = replace(about, end=UnixSeconds(about.end + drift))
    assert looked(drifted, known=[entry(of=about)]) == []


@pytest.mark.parametrize("drift", [-WORTH_MOVING, WORTH_MOVING])
def test_an_estimate_that_drifts_by_much_moves_it(drift: int) -> None:
    about = deadline(is_estimate=True)
    drifted = replace(about, end=UnixSeconds(about.end + drift))
    [moved] = looked(drifted, known=[entry(of=about)])
    assert (moved.deadline.end, moved.sequence) == (drifted.end, 1)
    assert moved.deadline.start == about.start


def test_an_end_that_was_moved_on_chain_moves_by_however_little() -> None:
    known = by_kind(queued(), clock_mode=ClockMode.BLOCK_NUMBER)[DeadlineKind.ON_CHAIN_VOTE]
    before = replace(known, start=moment(-HOUR), end=moment(HOUR))
    after = replace(before, end=moment(HOUR + 60))
    entries = {before.key: Entry(deadline=before, changed_at=NOW)}
    assert not recorded(entries, [after], NOW)
    assert before.end_block is not None
    moved = replace(after, end_block=Timepoint(before.end_block + 5))
    (entry_,) = recorded(entries, [moved], NOW)
    assert (entry_.deadline.end, entry_.sequence) == (moment(HOUR + 60), 1)


def test_an_exact_time_moves_by_a_second() -> None:
    [moved] = looked(deadline(end=moment(4 * DAY + 1)), known=[entry()])
    assert moved.deadline.end == moment(4 * DAY + 1)


def test_the_estimate_of_a_past_beginning_is_not_touched_any_more() -> None:
    open_ = deadline(is_estimate=True, start=moment(-DAY))
    other = replace(open_, start=moment(-2 * DAY))
    assert looked(other, known=[entry(of=open_)]) == []
