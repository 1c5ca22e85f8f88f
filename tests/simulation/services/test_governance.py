"""What a governor does, told once to those who watch it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.errors import ReorgTooDeepError
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard, TallyCard
from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.proposal import GovernorProposal, Moment
from bot.domain.outbox import PostState
from bot.domain.policy import Step
from bot.domain.types import (
    Address,
    BlockHash,
    BlockNumber,
    SnapshotProposalId,
)
from bot.gateways.chain.errors import ChainError, EndpointLaggingError
from bot.services.governance import Governance
from bot.services.governance.forks import undo
from bot.services.governance.known import TOLD_AT_ONCE
from bot.services.setup import Setup
from bot.storage.schema import posts
from tests import builders
from tests.builders import ANNOUNCED_TO, GUILD, MODERATOR
from tests.following import CONFIRMATIONS, Follower, another_community, policy
from tests.forkable_chain import (
    BLOCK_SECONDS,
    CHAIN,
    GOVERNOR,
    GRACE_PERIOD,
    SUPPLY,
    TIMELOCK_DELAY,
    TOKEN,
    VOTING_PERIOD,
    Act,
    ForkableChain,
)
from tests.town import Town, dump, open_town
from tests.watched import HandClock, WatchedDatabase

SAID, LATE = PostState.DUE, PostState.SKIPPED


@pytest.fixture
def chain(database: WatchedDatabase) -> ForkableChain:
    chain = ForkableChain()
    chain.before_request = database.check_that_nothing_is_open
    return chain


@pytest.fixture
async def follower(database: WatchedDatabase, chain: ForkableChain) -> Follower:
    return await Follower.set_up(database, chain)


async def moments(follower: Follower, voting_channel: int = 902) -> dict[Moment, PostState]:
    """Say which moments stand in the outbox, for the channels alone, in the order of saying."""
    said = await follower.said()
    news = {
        claim.moment: state
        for (_, destination), (state, claim) in said.items()
        if isinstance(claim, GovernorNews)
        and destination in (f"channel:{voting_channel}", f"channel:{voting_channel + 1}")
    }
    return dict(sorted(news.items(), key=lambda each: list(Moment).index(each[0])))


async def see(follower: Follower, *acts: Act, blocks: int = 0) -> None:
    """Mine a block with these acts and some empty ones, looking after each."""
    follower.chain.act(*acts)
    await follower.tick()
    for _ in range(blocks):
        follower.chain.mine()
        await follower.tick()


async def confirm(follower: Follower) -> None:
    for _ in range(CONFIRMATIONS):
        await see(follower)


async def vote_and_queue(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_FOR, blocks=VOTING_PERIOD - 1)
    await see(follower, Act.QUEUE)


async def test_a_proposal_is_told_step_by_step_until_it_is_executed(follower: Follower) -> None:
    await vote_and_queue(follower)
    await confirm(follower)
    assert list(await moments(follower)) == [
        Moment.CREATED,
        Moment.VOTING_OPEN,
        Moment.CLOSING_SOON,
        Moment.SUCCEEDED,
        Moment.QUEUED,
    ]
    await see(follower, Act.EXECUTE)
    await confirm(follower)
    assert await moments(follower) == dict.fromkeys(
        [
            Moment.CREATED,
            Moment.VOTING_OPEN,
            Moment.CLOSING_SOON,
            Moment.SUCCEEDED,
            Moment.QUEUED,
            Moment.EXECUTABLE,
            Moment.EXECUTED,
        ],
        SAID,
    )


async def test_nothing_is_believed_before_it_is_deep_enough(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS - 1)
    assert not await moments(follower)
    await see(follower)
    assert await moments(follower) == {Moment.CREATED: SAID}


async def test_a_proposal_without_enough_votes_is_defeated(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR, blocks=VOTING_PERIOD)
    await confirm(follower)
    assert list(await moments(follower))[-1] is Moment.DEFEATED
    assert Moment.SUCCEEDED not in await moments(follower)


async def test_a_proposal_cancelled_before_its_vote_never_opens(follower: Follower) -> None:
    await see(follower, Act.PROPOSE)
    await see(follower, Act.CANCEL, blocks=12)
    assert await moments(follower) == {Moment.CREATED: SAID, Moment.CANCELED: SAID}


async def test_a_queued_proposal_that_nobody_executes_is_warned_of_and_expires(
    follower: Follower,
) -> None:
    await vote_and_queue(follower)
    waits = (TIMELOCK_DELAY + GRACE_PERIOD) // BLOCK_SECONDS
    await see(follower, blocks=waits)
    await confirm(follower)
    told = await moments(follower)
    assert list(told)[-3:] == [Moment.EXECUTABLE, Moment.GRACE_ENDING, Moment.EXPIRED]
    assert set(told.values()) == {SAID}


async def test_a_proposal_cancelled_in_the_timelock_is_told_after_what_it_lived(
    follower: Follower,
) -> None:
    await vote_and_queue(follower)
    await see(follower, blocks=TIMELOCK_DELAY // BLOCK_SECONDS + 2)
    await see(follower, Act.CANCEL)
    await confirm(follower)
    told = await moments(follower)
    assert [told[each] for each in (Moment.EXECUTABLE, Moment.CANCELED)] == [SAID, SAID]
    assert Moment.GRACE_ENDING not in told


async def test_what_was_missed_is_recorded_and_not_said_when_it_is_no_news(
    follower: Follower,
) -> None:
    chain = follower.chain
    chain.act(Act.PROPOSE)
    chain.mine()
    chain.act(Act.VOTE_FOR, Act.VOTE_FOR)
    chain.mine(VOTING_PERIOD)
    chain.act(Act.QUEUE)
    chain.mine(TIMELOCK_DELAY // BLOCK_SECONDS)
    chain.act(Act.EXECUTE)
    chain.mine(CONFIRMATIONS)
    await follower.tick()
    assert await moments(follower) == {
        Moment.CREATED: SAID,
        Moment.VOTING_OPEN: LATE,
        Moment.CLOSING_SOON: LATE,
        Moment.SUCCEEDED: SAID,
        Moment.QUEUED: SAID,
        Moment.EXECUTABLE: LATE,
        Moment.EXECUTED: SAID,
    }


async def test_looking_again_changes_nothing(follower: Follower, database_file: Path) -> None:
    await vote_and_queue(follower)
    await confirm(follower)
    before = dump(database_file)
    await follower.tick()
    follower.restart()
    await follower.tick()
    assert dump(database_file) == before


async def test_each_look_costs_the_same_few_requests(follower: Follower) -> None:
    await vote_and_queue(follower)
    await confirm(follower)
    for _ in range(3):
        before = follower.chain.requests
        await see(follower)
        assert follower.chain.requests - before == 2


async def test_what_time_brings_is_told_at_once_of_however_many_proposals(
    follower: Follower,
) -> None:
    many = TOLD_AT_ONCE + 10
    await see(follower, *[Act.PROPOSE] * many, blocks=CONFIRMATIONS + VOTING_PERIOD)
    claims = (await follower.said()).items()
    told = [
        claim.governor_key.id
        for (_, place), (state, claim) in claims
        if isinstance(claim, GovernorNews) and (place, state) == ("channel:902", SAID)
        if claim.moment is Moment.CLOSING_SOON
    ]
    assert sorted(told) == list(range(1, many + 1))


async def test_the_tally_shows_what_part_of_all_tokens_took_part(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_AGAINST, blocks=CONFIRMATIONS)
    async with follower.database.reading() as store:
        query = select(posts.c.body).where(posts.c.key.endswith(":tally"))
        bodies = (await store.outbox._connection.execute(query)).scalars().all()
    shares = {json.loads(body)["participation"] for body in bodies}
    assert shares == {"0.000120"}, "120 of a million"


async def test_the_tally_shows_the_votes_and_the_quorum(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_AGAINST, blocks=CONFIRMATIONS)
    said = await follower.said()
    (tally,) = [claim for _, claim in said.values() if isinstance(claim, TallyCard)]
    assert tally.choices == ("For", "Against"), "GovernorAlpha knows no third one."
    assert [int(score) for score in tally.scores] == [60, 60]
    assert tally.quorum == Decimal(100)
    assert tally.quorum_counted == Decimal(60)
    assert tally.is_open


async def test_the_supply_is_asked_for_until_it_is_known_and_kept(follower: Follower) -> None:
    asked = follower.chain.asked
    before = asked[TOKEN]
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    assert (await stored(follower)).supply is None, "Before the vote opens, it is another."
    await see(follower, Act.VOTE_FOR, blocks=1)
    assert (await stored(follower)).supply == SUPPLY
    assert asked[TOKEN] > before
    known = asked[TOKEN]
    follower.restart()
    await see(follower, Act.VOTE_FOR, blocks=CONFIRMATIONS)
    assert (await stored(follower)).supply == SUPPLY
    assert asked[TOKEN] == known
    follower.chain.fork(CONFIRMATIONS + 1)
    follower.chain.mine(CONFIRMATIONS + 2)
    await follower.tick()
    await follower.tick()
    assert asked[TOKEN] > known, "What rests on blocks that were undone is asked for again."


async def stored(follower: Follower) -> GovernorProposal:
    async with follower.database.reading() as store:
        (proposal,) = await store.chain.proposals(CHAIN, {Address(GOVERNOR)})
    return proposal


async def test_what_a_governor_had_open_at_the_set_up_is_shown_quietly(
    database: WatchedDatabase, chain: ForkableChain
) -> None:
    chain.act(Act.PROPOSE)
    chain.mine()
    clock = HandClock(chain.head.time)
    chains = {CHAIN: chain.client()}
    setup = Setup(database, None, chains, 100, clock)  # type: ignore[arg-type] # no Snapshot here
    await setup.set_up(builders.community(policy=policy()), MODERATOR)
    await setup.watch(GUILD, GOVERNOR, CHAIN)
    follower = Follower(
        database=database,
        chain=chain,
        clock=clock,
        governance=Governance(database, chains, clock),
        since=chain.head.number,
    )
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_FOR, blocks=CONFIRMATIONS)
    first = await moments(follower)
    assert first == {Moment.CREATED: LATE, Moment.VOTING_OPEN: SAID}
    await see(follower, blocks=VOTING_PERIOD)
    told = await moments(follower)
    assert told == first | {Moment.CLOSING_SOON: SAID, Moment.SUCCEEDED: SAID}


async def test_nothing_is_asked_of_a_chain_that_nobody_watches(
    database: WatchedDatabase, chain: ForkableChain
) -> None:
    governance = Governance(database, {CHAIN: chain.client()}, HandClock(0))
    await governance.tick(CHAIN)
    assert chain.requests == 0


async def test_two_communities_are_told_each_in_their_own_channels(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_FOR)
    await follower.also_told(another_community())
    await see(follower)
    assert await moments(follower) == {Moment.CREATED: SAID}
    assert await moments(follower, 802) == {Moment.CREATED: LATE}  # no news to them
    await see(follower, blocks=VOTING_PERIOD)
    await confirm(follower)
    assert (await moments(follower))[Moment.SUCCEEDED] is SAID
    assert (await moments(follower, 802))[Moment.SUCCEEDED] is SAID


async def test_a_governor_that_somebody_follows_already_is_not_read_anew_for_another(
    follower: Follower,
) -> None:
    await see(follower, blocks=20)
    async with follower.database.reading() as store:
        before = await store.chain.scan(CHAIN)
    await follower.also_told(another_community())
    async with follower.database.reading() as store:
        assert await store.chain.scan(CHAIN) == before
        assert len(await store.communities.watched(CHAIN)) == 2


async def test_a_fork_of_unconfirmed_blocks_is_never_noticed(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    said = await follower.said()
    follower.chain.fork(CONFIRMATIONS)
    follower.chain.mine(CONFIRMATIONS + 1)
    await follower.settle()
    async with follower.database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.undone_at is None
    assert (await follower.said()).keys() >= said.keys()


async def test_a_deeper_fork_strikes_out_what_is_not_true_any_more(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS + 1)
    assert await moments(follower) == {Moment.CREATED: SAID}
    follower.chain.fork(CONFIRMATIONS + 2)
    follower.chain.mine(CONFIRMATIONS + 3)
    await follower.settle()
    assert not await moments(follower)
    assert not await follower.said()
    async with follower.database.reading() as store:
        assert not await store.chain.proposals(CHAIN, [follower.governor])
        assert not await store.chain.live_proposals(CHAIN)


async def test_what_was_queued_again_in_another_block_shows_the_new_date(
    follower: Follower,
) -> None:
    await vote_and_queue(follower)
    await confirm(follower)
    first = await follower.claim(Moment.QUEUED)
    follower.chain.fork(CONFIRMATIONS + 1)
    follower.chain.mine(2)
    follower.chain.act(Act.QUEUE)
    follower.chain.mine(CONFIRMATIONS)
    await follower.settle()
    second = await follower.claim(Moment.QUEUED)
    assert first.eta is not None
    assert second.eta == first.eta + 2 * BLOCK_SECONDS
    assert second.transaction_hash != first.transaction_hash


async def test_what_happened_before_a_fork_is_not_struck_out_by_it(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=1)
    await see(follower, Act.VOTE_FOR)
    await see(follower, Act.VOTE_FOR, blocks=VOTING_PERIOD - 1)
    await see(follower, blocks=CONFIRMATIONS + 1)
    assert (await moments(follower))[Moment.SUCCEEDED] is SAID
    await see(follower, Act.QUEUE)
    await see(follower, Act.CANCEL, blocks=CONFIRMATIONS)
    follower.chain.fork(CONFIRMATIONS + 1)
    follower.chain.act(Act.CANCEL)
    follower.chain.mine(CONFIRMATIONS + 2)
    await follower.settle()
    told = await moments(follower)
    assert (told[Moment.SUCCEEDED], told[Moment.CANCELED]) == (SAID, SAID)


async def test_a_fork_deeper_than_everything_remembered_needs_a_person(
    follower: Follower,
) -> None:
    follower.chain.fork(5)
    follower.chain.mine(5 + CONFIRMATIONS)
    before = await follower.said()
    with pytest.raises(ReorgTooDeepError, match="none of 1 remembered blocks"):
        await follower.tick()
    assert await follower.said() == before


async def test_an_endpoint_that_is_behind_is_waited_for(follower: Follower) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    said = await follower.said()
    ahead = follower.chain.blocks
    follower.chain.blocks = ahead[:-2]
    await follower.tick()
    follower.chain.blocks = ahead[:5]
    await follower.tick()
    follower.chain.blocks = ahead
    await see(follower)
    assert (await follower.said()).keys() >= said.keys()


async def test_an_endpoint_that_loses_blocks_in_the_middle_of_a_look_proves_nothing(
    follower: Follower,
) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    ahead, asked = follower.chain.blocks, follower.chain.requests

    def lag() -> None:
        is_second = follower.chain.requests == asked + 2
        follower.chain.blocks = ahead[:5] if is_second else ahead

    follower.chain.before_request = lag
    await follower.tick_or_wait()
    follower.chain.before_request = lambda: None
    await follower.tick()
    assert await moments(follower) == {Moment.CREATED: SAID}


async def test_a_fork_between_two_requests_of_a_look_leaves_nothing_of_the_old_branch(
    follower: Follower,
) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    await see(follower, blocks=2)
    asked = follower.chain.requests

    def fork() -> None:
        if follower.chain.requests == asked + 2:
            follower.chain.fork(CONFIRMATIONS + 5)
            follower.chain.mine(CONFIRMATIONS + 6)

    follower.chain.before_request = fork
    follower.chain.mine()
    await follower.tick_or_wait()
    follower.chain.before_request = lambda: None
    await follower.settle()
    assert not await moments(follower)


async def test_a_range_too_wide_for_the_endpoint_is_halved_until_it_fits(
    follower: Follower,
) -> None:
    follower.chain.act(Act.PROPOSE)
    follower.chain.mine(30)
    follower.chain.most_logs = 8
    for _ in range(12):
        await follower.tick()
    assert (await moments(follower))[Moment.CREATED] is SAID
    async with follower.database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.scanned == follower.chain.head.number - CONFIRMATIONS


async def test_a_governor_added_during_a_look_is_read_from_its_own_beginning(
    follower: Follower,
) -> None:
    follower.chain.mine(10)
    async with follower.database.reading() as store:
        stale = await follower.governance._known(CHAIN)
        scan = await store.chain.scan(CHAIN)
    assert stale is not None
    assert scan is not None
    async with follower.database.transaction() as store:
        await store.chain.save_scan(replace(scan, scanned=BlockNumber(2)))
    follower.chain.most_logs = 1
    client = follower.chain.client()
    tip, page = await client.tip(), await follower.governance._read(client, stale, BlockNumber(11))
    look = await follower.governance._look(client, stale, page, is_complete=True)
    assert not await follower.governance._record(client, stale, look)
    await undo(follower.database, client, client, stale, tip)
    async with follower.database.reading() as store:
        after = await store.chain.scan(CHAIN)
    assert after is not None
    assert (after.scanned, after.undone_at) == (2, None)


# Together with the community's own proposals


@pytest.fixture
async def passed(
    database: WatchedDatabase, database_file: Path, clock: HandClock
) -> AsyncIterator[tuple[Town, Governance]]:
    """Bring a proposal to where it may go on chain."""
    async with open_town(database, database_file, clock) as town:
        await town.found(builders.community(policy=policy()))
        await town.setup.watch(GUILD, GOVERNOR, CHAIN)
        governance = Governance(database, town.chains, clock)
        idea = await town.idea("Fee 0")
        await town.support(idea, 3)
        town.clock.wait(2 * 86_400)
        await town.ideas.promote(GUILD, idea.reference, MODERATOR)
        await town.notice(idea)
        idea = await town.decide(await town.publish(idea), 1, 1)
        await town.notice(idea)
        idea = await town.decide(await town.publish(idea), 1, 1)
        assert idea.phase is Phase.PASSED
        town.chain.wait_until(town.clock())
        yield town, governance


async def test_an_on_chain_proposal_with_the_same_title_is_linked_by_itself(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    assert idea.phase is Phase.ON_CHAIN
    news = await town.heard(GovernorNews)
    assert {heard.destination for heard, _ in news} == {"channel:902", f"thread:{idea.id}"}
    assert {speech.reference for _, speech in news} == {"BTRST-1"}
    card = await town.only(ProposalCard)
    assert card.on_chain is not None
    assert card.on_chain.calls[0].function == "setMarketplaceFee"
    town.chain.mine(2)
    await governance.tick(CHAIN)
    (opening,) = {heard for heard, s in await town.heard(GovernorNews) if heard.role_id}
    assert opening.role_id == ANNOUNCED_TO


async def test_an_execution_tells_how_it_came_about(passed: tuple[Town, Governance]) -> None:
    town, governance = passed
    for act in (Act.PROPOSE, None, Act.VOTE_FOR, Act.VOTE_FOR):
        town.chain.act(*filter(None, [act]))
    town.chain.mine(VOTING_PERIOD)
    town.chain.act(Act.QUEUE)
    town.chain.mine(TIMELOCK_DELAY // BLOCK_SECONDS)
    town.chain.act(Act.EXECUTE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    news = [each for _, each in await town.heard(GovernorNews) if each.moment is Moment.EXECUTED]
    story = news[0].story
    assert story is not None
    assert story.idea is not None
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    assert (story.idea.author_id, story.idea.spoken_at) == (idea.author_id, idea.created_at)
    assert [(vote.name, vote.passed) for vote in story.votes] == [
        ("Temperature Check", True),
        ("Consensus Check", True),
    ]
    dates = (story.proposed_at, story.queued_at, story.executed_at)
    assert None not in dates
    assert dates == tuple(sorted(each for each in dates if each))


async def test_an_older_on_chain_proposal_of_the_same_title_is_not_linked(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    town.chain.waited = 0  # made before the community has voted
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    assert {speech.reference for _, speech in await town.heard(GovernorNews)} == {""}
    assert (await town.records.find(GUILD, "BTRST-1")).proposal.phase is Phase.PASSED


async def test_a_fork_that_undoes_the_on_chain_proposal_unlinks_it_and_links_the_next(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    town.chain.mine()
    await governance.tick(CHAIN)
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    town.chain.fork(CONFIRMATIONS + 1)
    town.chain.fee = 0  # another proposal of the same title comes later
    town.chain.mine(CONFIRMATIONS + 3)
    for _ in range(3):
        await governance.tick(CHAIN)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    assert (idea.phase, idea.governor_key) == (Phase.PASSED, None)
    assert all(heard.is_withdrawn for heard, _ in await town.heard(GovernorNews))
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    assert (await town.records.find(GUILD, "BTRST-1")).proposal.phase is Phase.ON_CHAIN
    assert not any(heard.is_withdrawn for heard, _ in await town.heard(GovernorNews))


async def linked_and_forked(town: Town, governance: Governance) -> int:
    """Link BTRST-1 to a proposal, undo that, and give the height at which it stood."""
    town.chain.mine()
    await governance.tick(CHAIN)
    town.chain.act(Act.PROPOSE)
    height = town.chain.head.number
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    assert (await town.records.find(GUILD, "BTRST-1")).proposal.phase is Phase.ON_CHAIN
    town.chain.fork(CONFIRMATIONS + 1)
    return height


async def test_a_fork_that_gives_the_id_to_another_proposal_undoes_the_link(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    await linked_and_forked(town, governance)
    town.chain.fee = 7
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS + 1)
    for _ in range(3):
        await governance.tick(CHAIN)
    idea = (await town.records.find(GUILD, "BTRST-1")).proposal
    assert (idea.phase, idea.governor_key) == (Phase.PASSED, None)
    created = [each for each in await town.heard(GovernorNews) if each[1].moment is Moment.CREATED]
    public = [news for heard, news in created if not heard.is_withdrawn]
    assert {(news.title, news.reference) for news in public} == {("Fee 7", "")}
    assert {heard.destination for heard, _ in created if heard.is_withdrawn} == {
        f"thread:{idea.id}"
    }


async def test_a_fork_that_gives_the_id_to_another_proposal_that_fits_links_that_one(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    await linked_and_forked(town, governance)
    town.chain.fee = 0
    town.chain.mine()  # so it does not read the same
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    for _ in range(3):
        await governance.tick(CHAIN)
    _, history = await town.records.history(GUILD, "BTRST-1")
    moves = [entry.what for entry in history if "→" in entry.what]
    assert moves[-3:] == ["passed → on chain", "on chain → passed", "passed → on chain"]
    news = await town.heard(GovernorNews)
    assert {speech.reference for _, speech in news} == {"BTRST-1"}
    assert not any(heard.is_withdrawn for heard, _ in news)


async def test_a_fork_that_brings_the_same_proposal_back_leaves_the_link(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    height = await linked_and_forked(town, governance)
    town.chain.fee = 0
    town.chain.act(Act.PROPOSE)
    assert town.chain.head.number == height
    town.chain.mine(CONFIRMATIONS + 1)
    before = (await town.records.find(GUILD, "BTRST-1")).proposal
    for _ in range(3):
        await governance.tick(CHAIN)
    assert (await town.records.find(GUILD, "BTRST-1")).proposal == before
    assert before.governor_key is not None


async def test_two_proposals_that_fit_are_left_to_a_moderator(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    async with town.database.transaction() as store:
        first = await store.proposals.by_reference(GUILD, "BTRST-1")
        number = await store.communities.take_number(GUILD)
        twin = await store.proposals.add(replace(first, number=number, reference=f"BTRST-{number}"))
        draft = await store.drafts.newest(first.id, Step.CONSENSUS)
        assert draft is not None
        await store.drafts.save(replace(draft, proposal_id=twin.id))
        vote = await store.votes.current(first.id, Step.CONSENSUS)
        assert vote is not None
        assert vote.envelope is not None
        envelope = replace(vote.envelope, id=SnapshotProposalId("0x" + "ab" * 32))
        await store.votes.save(
            replace(vote, proposal_id=twin.id, envelope=envelope, snapshot_id=envelope.id)
        )
        assert vote.observed is not None
        await store.hub.save(replace(vote.observed, id=envelope.id), town.clock())
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    phases = {each.phase for each in await town.records.matching(GUILD)}
    assert phases == {Phase.PASSED}
    await town.records.link(GUILD, twin.reference, "1", MODERATOR)
    await governance.tick(CHAIN)
    linked = {each.reference: each.phase for each in await town.records.matching(GUILD)}
    assert linked == {"BTRST-1": Phase.PASSED, twin.reference: Phase.ON_CHAIN}


async def test_a_failing_endpoint_records_nothing(follower: Follower, database_file: Path) -> None:
    await see(follower, Act.PROPOSE, blocks=CONFIRMATIONS)
    follower.chain.mine()
    before = dump(database_file)
    follower.chain.is_down = True
    with pytest.raises(ChainError):
        await follower.tick()
    assert dump(database_file) == before
    follower.chain.is_down = False
    await follower.tick()
    assert dump(database_file) != before


async def test_a_checkpoint_is_only_as_good_as_its_hash(follower: Follower) -> None:
    await see(follower, blocks=5)
    async with follower.database.transaction() as store:
        blocks = await store.chain.checkpoints(CHAIN)
        wrong = [replace(block, hash=BlockHash("0x" + "ff" * 32)) for block in blocks]
        await store.chain.add_checkpoints(CHAIN, wrong)
    follower.chain.mine()
    with pytest.raises(ReorgTooDeepError):
        await follower.tick()


async def test_a_last_block_that_changes_while_it_is_read_proves_nothing(
    follower: Follower,
) -> None:
    await see(follower, blocks=3)
    follower.chain.mine(4)

    def fork(method: str) -> None:
        if method == "eth_getLogs":
            follower.chain.fork(CONFIRMATIONS + 1)
            follower.chain.mine(CONFIRMATIONS + 1)

    follower.chain.before_answer = fork
    async with follower.database.reading() as store:
        before = await store.chain.scan(CHAIN)
    with pytest.raises(EndpointLaggingError):
        await follower.tick()
    async with follower.database.reading() as store:
        assert await store.chain.scan(CHAIN) == before


async def test_a_second_fork_before_the_first_is_digested_goes_back_to_the_older_block(
    follower: Follower,
) -> None:
    await see(follower, Act.PROPOSE, blocks=12)
    follower.chain.fork(CONFIRMATIONS + 6)
    follower.chain.mine(CONFIRMATIONS + 7)
    await follower.tick()
    follower.chain.fork(CONFIRMATIONS + 11)
    follower.chain.mine(CONFIRMATIONS + 12)
    await follower.tick()
    async with follower.database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.undone_at is not None
    await follower.settle()
    follower.chain.fork(CONFIRMATIONS + 3)
    follower.chain.mine(CONFIRMATIONS + 4)
    await follower.settle()
    async with follower.database.reading() as store:
        scan = await store.chain.scan(CHAIN)
    assert scan is not None
    assert scan.undone_at is None


async def test_what_was_said_of_a_block_is_taken_back_though_the_one_before_bears_its_second(
    follower: Follower,
) -> None:
    chain = follower.chain
    chain.per_second = 4
    for height in (20, 101 + CONFIRMATIONS):  # far enough apart to measure the chain's rate
        chain.mine(height - chain.head.number)
        await follower.settle()
    chain.fork(CONFIRMATIONS)
    chain.act(Act.PROPOSE)
    chain.mine(CONFIRMATIONS)
    await follower.settle()
    assert Moment.CREATED in await moments(follower)
    chain.fork(CONFIRMATIONS + 1)
    chain.mine(CONFIRMATIONS + 2)
    await follower.settle()
    assert Moment.CREATED not in await moments(follower)


async def test_an_on_chain_proposal_with_another_title_is_not_linked(
    passed: tuple[Town, Governance],
) -> None:
    town, governance = passed
    town.chain.fee = 5
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)
    assert (await town.records.find(GUILD, "BTRST-1")).proposal.phase is Phase.PASSED
    assert {speech.reference for _, speech in await town.heard(GovernorNews)} == {""}
