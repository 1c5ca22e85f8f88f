"""The moments of a life that there may be several of, or that no event tells."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.live_card import TallyCard
from bot.domain.onchain.block import Block, Finality
from bot.domain.onchain.card import governor_tally, voters_of
from bot.domain.onchain.event import ProposalExtended, ProposalUpdated, ProposalVetoed
from bot.domain.onchain.governor import (
    Governor,
    GovernorState,
    Observation,
    QuorumRule,
    TimelockKind,
)
from bot.domain.onchain.moments import Occasion, ends, is_due, moments
from bot.domain.onchain.news import Sighting, governor_news, least_large
from bot.domain.onchain.proposal import GovernorProposal, Moment, folded, observed
from bot.domain.policy import Policy
from bot.domain.share import Share, share
from bot.domain.types import Seconds, Timepoint, TokenUnits, UnixSeconds
from tests.unit.domain.test_onchain import (
    ADDRESS,
    ALPHA,
    CREATED,
    DAY,
    END,
    KEY,
    POLICY,
    QUEUED,
    SECONDS,
    START,
    at,
    block,
    head_at,
    proposal,
    queued,
)

SEVERAL = replace(
    POLICY,
    closing_soon_leads=(Seconds(480), Seconds(120)),
    grace_ending_leads=(Seconds(3 * DAY), Seconds(DAY)),
)


def found(
    known: GovernorProposal, head: Block, governor: Governor = ALPHA, policy: Policy = SEVERAL
) -> dict[Occasion, bool]:
    return moments(known, governor, head, policy)


def reminders(known: GovernorProposal, head: Block) -> dict[tuple[int, int], bool]:
    return {
        (each.lead or 0, each.ordinal): is_news
        for each, is_news in found(known, head).items()
        if each.moment is Moment.CLOSING_SOON
    }


def of(moment: Moment, **which: int) -> Occasion:
    return Occasion(moment=moment, **which)  # type: ignore[arg-type] # from keywords


def extended(number: int, end: int) -> ProposalExtended:
    return ProposalExtended(
        emitter=ADDRESS, position=at(number), id=KEY.id, vote_end=Timepoint(end)
    )


def test_each_lead_is_told_in_its_time_and_of_several_at_once_the_last_alone() -> None:
    active = proposal(GovernorState.ACTIVE)
    assert reminders(active, block(END - 41)) == {}
    assert reminders(active, block(END - 40)) == {(480, 0): True}
    assert reminders(active, block(END - 10)) == {(480, 0): False, (120, 0): True}


def test_the_last_block_of_a_vote_still_counts() -> None:
    assert reminders(proposal(GovernorState.ACTIVE), block(END))[(120, 0)]
    closed = reminders(proposal(GovernorState.DEFEATED), block(END + 1))
    assert set(closed.values()) == {False}


def test_a_moved_end_is_told_once_for_each_and_its_reminders_come_anew() -> None:
    known = folded(KEY, [CREATED, extended(END - 5, END + 50)])
    assert known is not None
    known = replace(known, state=GovernorState.ACTIVE)
    assert ends(known) == (END, END + 50)
    news = found(known, block(END + 1))
    assert news[of(Moment.DEADLINE_MOVED, ordinal=1)]
    assert reminders(known, block(END + 1)) == {(480, 0): False, (120, 0): False}
    assert reminders(known, block(END + 10))[(480, 1)]
    twice = folded(KEY, [CREATED, extended(END - 5, END + 50), extended(END + 45, END + 90)])
    assert twice is not None
    twice = replace(twice, state=GovernorState.ACTIVE)
    news = found(twice, block(END + 46))
    assert news[of(Moment.DEADLINE_MOVED, ordinal=2)]
    assert not news[of(Moment.DEADLINE_MOVED, ordinal=1)]


def test_an_end_that_was_moved_in_time_leaves_out_the_reminders_before_the_old_one() -> None:
    known = folded(KEY, [CREATED, extended(END - 60, END + 50)])
    assert known is not None
    active = replace(known, state=GovernorState.ACTIVE)
    assert reminders(active, block(END)) == {}


def test_an_end_that_is_moved_without_an_event_is_told_too() -> None:
    known = proposal(GovernorState.ACTIVE, vote_end=Timepoint(END + 9))
    assert found(known, block(END))[of(Moment.DEADLINE_MOVED, ordinal=1)]


def test_a_view_that_tells_of_the_first_end_alone_does_not_move_it_back() -> None:
    known = folded(KEY, [CREATED, extended(END - 5, END + 50)])
    assert known is not None
    told = Observation(
        key=KEY,
        state=GovernorState.OBJECTION_PERIOD,
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        vote_start=Timepoint(START),
        vote_end=Timepoint(END),
        eta=None,
    )
    after = observed(known, told, ALPHA, block(END + 1))
    assert after.vote_end == END + 50
    assert found(after, block(END + 1))[of(Moment.VOTING_OPEN)]


def test_a_revision_is_told_with_its_new_text_until_the_vote_is_over() -> None:
    update = ProposalUpdated(
        emitter=ADDRESS, position=at(1_000), id=KEY.id, description="# Raise the fee"
    )
    known = folded(KEY, [CREATED, update])
    assert known is not None
    assert known.title == "Raise the fee"
    assert found(replace(known, state=GovernorState.UPDATABLE), block(START))[
        of(Moment.REVISED, ordinal=1)
    ]
    late = found(replace(known, state=GovernorState.DEFEATED), block(END + 1))
    assert late[of(Moment.REVISED, ordinal=1)] is False


def test_a_veto_ends_it() -> None:
    veto = ProposalVetoed(emitter=ADDRESS, position=at(START + 5), id=KEY.id)
    known = folded(KEY, [CREATED, veto])
    assert known is not None
    vetoed = found(replace(known, state=GovernorState.VETOED), block(END + 5))
    assert list(vetoed) == [of(Moment.CREATED), of(Moment.VOTING_OPEN), of(Moment.VETOED)]


def votes(for_votes: int, against_votes: int, quorum: int) -> dict[str, TokenUnits]:
    return {
        "for_votes": TokenUnits(for_votes),
        "against_votes": TokenUnits(against_votes),
        "quorum": TokenUnits(quorum),
    }


@pytest.mark.parametrize(
    ("numbers", "outcome"),
    [
        (votes(9, 3, 9), Moment.SUCCEEDED),
        (votes(9, 9, 9), Moment.DEFEATED),
        (votes(8, 3, 9), Moment.DEFEATED),
        ({}, None),
    ],
)
def test_what_was_cancelled_after_its_vote_unseen_went_as_the_numbers_say(
    numbers: dict[str, TokenUnits], outcome: Moment | None
) -> None:
    known = proposal(GovernorState.CANCELED, canceled=at(END + 1), **numbers)
    told = {each.moment for each in found(known, block(END + 9))}
    assert told & {Moment.SUCCEEDED, Moment.DEFEATED} == ({outcome} if outcome else set())
    during = proposal(GovernorState.CANCELED, canceled=at(END), **numbers)
    told = {each.moment for each in found(during, block(END + 9))}
    assert not told & {Moment.SUCCEEDED, Moment.DEFEATED}


def test_what_passed_and_nobody_queues_is_told_after_a_day() -> None:
    day, passed = DAY // 12, proposal(GovernorState.SUCCEEDED)
    assert of(Moment.UNQUEUED) not in found(passed, block(END + day - 1))
    assert found(passed, block(END + day))[of(Moment.UNQUEUED)]
    late = queued(queued_at=END + day + 5)
    assert found(late, block(END + 2 * day))[of(Moment.UNQUEUED)] is False
    in_time = queued(queued_at=END + 5)
    assert of(Moment.UNQUEUED) not in found(in_time, block(END + 2 * day))
    never = replace(SEVERAL, unqueued_after=Seconds(0))
    assert of(Moment.UNQUEUED) not in found(passed, block(END + day), policy=never)


@pytest.mark.parametrize("state", [GovernorState.CANCELED, GovernorState.EXECUTED])
def test_an_end_without_an_event_leaves_open_how_long_it_waited(state: GovernorState) -> None:
    known = proposal(state, **votes(9, 3, 9))
    told = {each.moment for each in found(known, block(END + DAY))}
    assert Moment.UNQUEUED not in told
    assert Moment(str(state)) in told


def test_the_end_of_the_grace_period_is_warned_of_at_each_lead() -> None:
    end = QUEUED.eta + 14 * DAY
    first, second = (of(Moment.GRACE_ENDING, lead=days * DAY) for days in (3, 1))
    news = found(queued(), head_at(end - 3 * DAY))
    assert news[first]
    assert second not in news
    news = found(queued(), head_at(end - DAY))
    assert (news[first], news[second]) == (False, True)


def test_what_was_queued_before_anybody_looked_is_warned_of_like_any_other() -> None:
    end = QUEUED.eta + 14 * DAY
    seen = replace(queued(), queued=None)
    news = found(seen, head_at(QUEUED.eta))
    assert (news[of(Moment.QUEUED)], news[of(Moment.EXECUTABLE)]) == (True, True)
    assert Moment.UNQUEUED not in {each.moment for each in news}, "Nobody knows when it was queued."
    assert found(seen, head_at(end - DAY))[of(Moment.GRACE_ENDING, lead=DAY)]
    expired = found(replace(seen, state=GovernorState.EXPIRED), head_at(end))
    assert (expired[of(Moment.GRACE_ENDING, lead=DAY)], expired[of(Moment.EXPIRED)]) == (
        False,
        True,
    )


def test_what_an_access_manager_lets_expire_is_expired_whatever_the_governor_says() -> None:
    governor = replace(
        ALPHA, timelock_kind=TimelockKind.ACCESS_MANAGER, grace_period=Seconds(7 * DAY)
    )
    told = Observation(
        key=KEY,
        state=GovernorState.QUEUED,
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        vote_start=None,
        vote_end=None,
        eta=None,
    )
    end = QUEUED.eta + 7 * DAY
    assert observed(queued(), told, governor, head_at(end - 1)).state is GovernorState.QUEUED
    expired = observed(queued(), told, governor, head_at(end))
    assert expired.state is GovernorState.EXPIRED
    assert found(expired, head_at(end), governor)[of(Moment.EXPIRED)]


def due(known: GovernorProposal, head: Block, governor: Governor = ALPHA) -> bool:
    """Say whether something came between this block and the one about three before."""
    since = UnixSeconds(head.timestamp - 30)
    return is_due(known, governor, head, since, SEVERAL)


def test_what_time_alone_brings_is_due_when_it_comes_and_not_before_or_after() -> None:
    active, passed = proposal(GovernorState.ACTIVE), proposal(GovernorState.SUCCEEDED)
    assert [due(active, block(END + n)) for n in (-60, -40, -25, -10, -1)] == [
        *(False, True, False, True, False)
    ]
    day = DAY // 12
    assert [due(passed, block(END + day + n)) for n in (-9, 0, 9)] == [False, True, False]
    eta, end = QUEUED.eta, QUEUED.eta + 14 * DAY
    for moment in (eta, end - 3 * DAY, end - DAY, end):
        heads = [head_at(moment + seconds) for seconds in (-60, 1, 60)]
        assert [due(queued(), head) for head in heads] == [False, True, False]
    assert not due(proposal(GovernorState.PENDING), block(START))


def test_what_is_due_where_the_blocks_of_another_chain_are_counted() -> None:
    governor = replace(ALPHA, counts_l1_blocks=True)
    active = proposal(GovernorState.ACTIVE)
    heads = [replace(block(90_000), l1_number=block(END + n).id.number) for n in (-60, -39, -25)]
    assert [due(active, head, governor) for head in heads] == [False, True, False]


def test_a_chain_that_counts_the_blocks_of_another_is_not_measured_in_its_own() -> None:
    """Where a proposal was cancelled is known by its time: blocks of the two cannot be compared."""
    governor = replace(ALPHA, counts_l1_blocks=True)
    head = replace(block(1_500), l1_number=block(1_050).id.number)
    early = replace(at(1_400), block_time=block(1_500).timestamp)
    known = proposal(GovernorState.CANCELED, canceled=early)
    assert of(Moment.CANCELED) in found(known, head, governor)


def test_every_news_has_a_key_of_its_own_and_says_why_it_failed() -> None:
    known = proposal(GovernorState.DEFEATED, **votes(3, 1, 9), abstain_votes=TokenUnits(4))
    governor = replace(ALPHA, quorum_rule=QuorumRule.FOR_AND_ABSTAIN, token_decimals=0)
    seen = Sighting(proposal=known, governor=governor, head=block(END + 1))
    news = list(governor_news(seen, SEVERAL, ""))
    assert len({each.key for each in news}) == len(news)
    (defeated,) = [each for each in news if each.moment is Moment.DEFEATED]
    assert (defeated.quorum_counted, defeated.quorum_missing) == (Decimal(7), Decimal(2))
    assert {each.key.rpartition(":")[2] for each in news} == {
        "created",
        "voting-open",
        "closing-soon-480",
        "closing-soon-120",
        "defeated",
    }


def test_until_when_to_delegate_is_told_while_it_is_not_too_late() -> None:
    known = proposal(vote_starts_at=block(START).timestamp)
    for number, until in ((START, block(START).timestamp), (START + 1, None)):
        seen = Sighting(proposal=known, governor=ALPHA, head=block(number))
        created = next(iter(governor_news(seen, SEVERAL, "")))
        assert created.delegate_until == until


def test_a_clock_of_seconds_has_leads_of_seconds() -> None:
    window = {"vote_start": Timepoint(20_000), "vote_end": Timepoint(30_000)}
    known = proposal(GovernorState.ACTIVE, first_vote_end=Timepoint(30_000), **window)
    told = found(known, head_at(29_880), SECONDS)
    assert told[of(Moment.CLOSING_SOON, lead=120)]


def test_a_vote_is_large_from_a_share_of_the_quorum_that_the_policy_sets() -> None:
    def least(quorum: int | None, share_: Share | None) -> int | None:
        known = proposal(quorum=None if quorum is None else TokenUnits(quorum))
        seen = Sighting(proposal=known, governor=ALPHA, head=block(START))
        return least_large(seen, replace(SEVERAL, large_vote_share=share_))

    assert least(101, share(1, 4)) == 26
    assert least(101, None) is None
    assert least(None, share(1, 4)) is None
    assert least(0, share(1, 4)) is None


def tally(
    known: GovernorProposal, number: int | None = None, governor: Governor = ALPHA
) -> TallyCard:
    whole_tokens = replace(governor, token_decimals=0)
    finality = None
    if number is not None:
        at_block = block(number)
        finality = Finality(number=at_block.id.number, timestamp=at_block.timestamp)
    return governor_tally(known, whole_tokens, "", UnixSeconds(1), finality=finality)


def test_the_tally_says_what_an_open_vote_needs_to_pass() -> None:
    active = proposal(GovernorState.ACTIVE, **votes(3, 5, 9))
    assert (tally(active).passed, tally(active).needed) == (False, Decimal(6))
    leads = replace(active, for_votes=TokenUnits(9), against_votes=TokenUnits(9))
    assert (tally(leads).passed, tally(leads).needed) == (False, Decimal(1))
    enough = replace(active, for_votes=TokenUnits(10))
    assert (tally(enough).passed, tally(enough).needed) == (True, Decimal(0))
    unknown = replace(active, quorum=None)
    assert (tally(unknown).passed, tally(unknown).needed) == (None, None)


def test_a_result_is_final_on_chain_when_the_end_of_the_vote_can_never_be_undone() -> None:
    over = proposal(GovernorState.DEFEATED, **votes(3, 5, 9))
    assert not tally(over).is_finalized
    assert not tally(over, END).is_finalized
    assert tally(over, END + 1).is_finalized
    assert not tally(replace(over, state=GovernorState.ACTIVE), END + 1).is_finalized
    canceled = replace(over, state=GovernorState.CANCELED, canceled=at(START + 5))
    assert tally(canceled, START + 5).is_finalized


def test_what_came_of_the_vote_is_final_when_its_own_block_can_never_be_undone() -> None:
    waiting = queued(queued_at=END + 30)
    assert not tally(waiting, END + 29).is_finalized, "The vote is, the queuing is not."
    assert tally(waiting, END + 30).is_finalized
    executed = replace(waiting, state=GovernorState.EXECUTED, executed=at(END + 90))
    assert not tally(executed, END + 89).is_finalized
    assert tally(executed, END + 90).is_finalized
    assert not tally(replace(executed, executed=None), END + 999).is_finalized, (
        "Nobody knows where."
    )


def test_a_clock_that_does_not_count_the_chains_blocks_is_final_by_the_time_of_a_final_block() -> (
    None
):
    over = proposal(GovernorState.DEFEATED, vote_end=Timepoint(block(END).timestamp))
    assert not tally(over, END, SECONDS).is_finalized
    assert tally(over, END + 1, SECONDS).is_finalized
    elsewhere = replace(ALPHA, counts_l1_blocks=True)
    about = replace(over, vote_ends_at=block(END).timestamp)
    assert not tally(about, END + 300, elsewhere).is_finalized
    assert tally(about, END + 301, elsewhere).is_finalized
    assert not tally(replace(about, vote_ends_at=None), END + 999, elsewhere).is_finalized


def test_voters_are_counted_only_where_we_have_read_every_vote() -> None:
    known = proposal(GovernorState.ACTIVE, **votes(3 * 10**20, 10**20, 9))
    assert voters_of(known, 7, 4e20) == 7
    assert voters_of(known, 7, 3e20) is None
    assert voters_of(proposal(), 0, 0.0) == 0
