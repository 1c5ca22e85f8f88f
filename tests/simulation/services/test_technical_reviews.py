"""The technical review of what waits in the timelock, on an EVM with the published contracts."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.drafting.draft import Draft, Section
from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.offchain.snapshot import VotingType
from bot.domain.onchain.block import BlockId
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.governor import Governor, ProposalKey
from bot.domain.onchain.simulation import Outcome
from bot.domain.policy import DAY, Step
from bot.domain.proposal import Proposal
from bot.domain.review.announcement import CallsDiffer, ChecksMissing, ConcernRaised
from bot.domain.review.comparison import Likeness
from bot.domain.review.review_card import ReviewCard, ReviewEnd, review_code
from bot.domain.types import Address, ChainId, GovernorProposalId, GuildId, RoleId, UnixSeconds
from bot.gateways.chain.calls import describe
from bot.gateways.chain.client import ChainClient
from bot.gateways.chain.transport import open_web3
from bot.services.governance import Governance
from bot.services.setup import Setup
from bot.services.technical_reviews import TechnicalReviews
from sandbox.chain import ChainWorld
from sandbox.chain.wallet import Wallet
from sandbox.clock import SandboxClock
from tests import builders
from tests.builders import GUILD, MEMBER, MODERATOR
from tests.following import said
from tests.watched import WatchedDatabase

CHAIN = ChainId(31_337)
CONFIRMATIONS = 2
REFERENCE = "BTRST-1"


async def described(
    _chain_id: ChainId, calls: Sequence[Call], _at: BlockId, governor: Governor
) -> tuple[DecodedCall, ...]:
    names = {governor.timelock_address: "the timelock"}
    return tuple(replace(describe(call), target_name=names.get(call.target, "")) for call in calls)


@dataclass(kw_only=True)
class House:
    """A community with a governor, and the service that reviews what it queues."""

    world: ChainWorld
    database: WatchedDatabase
    governance: Governance
    reviews: TechnicalReviews
    dao: Any
    ana: Wallet

    async def look(self) -> None:
        await self.world.mine(CONFIRMATIONS, spacing=1)
        await self.governance.tick(CHAIN)
        await self.reviews.tick()

    async def decided(self, specification: str, title: str = "Lower the fee") -> Proposal:
        """Let a proposal have passed off chain with this text."""
        async with self.database.transaction() as store:
            idea = replace(builders.proposal(), phase=Phase.PASSED, title=title)
            ours = await store.proposals.add(idea)
            draft = Draft(
                proposal_id=ours.id,
                step=Step.CONSENSUS,
                title=f"[Consensus Check] - {title}",
                sections=(Section(name="Specification", text=specification),),
                credit="",
                choices=("Make the change", "Make no change"),
                voting_type=VotingType.SINGLE_CHOICE,
                revision=1,
                edited_by=MEMBER.user_id,
                edited_at=UnixSeconds(1),
            )
            await store.drafts.save(draft)
        return ours

    async def proposed(self, *calls: Any, ours: Proposal | None = None, title: str = "") -> int:
        id_ = int(await self.dao.propose(self.ana, list(calls), f"# {title or 'Lower the fee'}"))
        await self.look()
        if ours is not None:
            key = ProposalKey(
                chain_id=CHAIN,
                governor=Address(self.dao.governor_address),
                id=GovernorProposalId(id_),
            )
            async with self.database.transaction() as store:
                await store.proposals.save(replace(ours, phase=Phase.ON_CHAIN, governor_key=key))
            await self.look()
        return id_

    async def queued(self, *calls: Any, ours: Proposal | None = None, title: str = "") -> int:
        id_ = await self.proposed(*calls, ours=ours, title=title)
        await self.dao.open_voting(id_)
        await self.dao.vote(self.ana, id_, 1)
        await self.dao.close_voting(id_)
        await self.dao.queue(id_)
        await self.look()
        return id_

    async def heard(self, kind: type[Any]) -> list[Any]:
        """Give what was said of one kind, once however many places hear it."""
        claims = [claim for _, claim in (await said(self.database)).values()]
        return list({claim.key: claim for claim in claims if isinstance(claim, kind)}.values())

    async def card(self, *, is_brief: bool = False) -> ReviewCard:
        (card,) = [each for each in await self.heard(ReviewCard) if each.is_brief is is_brief]
        assert isinstance(card, ReviewCard)
        return card


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[ChainWorld]:
    clock = SandboxClock.create(tmp_path / "clock", start=1_800_000_000)
    async with ChainWorld(clock, chain_id=CHAIN) as world:
        yield world
    clock.close()


@pytest.fixture
async def client(world: ChainWorld) -> AsyncIterator[ChainClient]:
    async with open_web3(world.rpc_url) as web3:
        yield ChainClient(web3, CHAIN)


@pytest.fixture(params=["braintrust", "openzeppelin"])
async def house(
    request: pytest.FixtureRequest,
    world: ChainWorld,
    client: ChainClient,
    database: WatchedDatabase,
) -> House:
    return await founded(world, client, database, request.param)


async def founded(
    world: ChainWorld, client: ChainClient, database: WatchedDatabase, kind: str
) -> House:
    dao: Any = await getattr(world, kind)(timelock_delay=7 * DAY)
    ana = world.wallet("ana")
    await dao.give(ana, 150_000)
    setup = Setup(database, None, {CHAIN: client}, 5, world.clock.now)  # type: ignore[arg-type] # no Snapshot here
    policy = builders.policy(confirmations=CONFIRMATIONS, review_roles=(RoleId(77),))
    await setup.set_up(replace(builders.community(), policy=policy), MODERATOR)
    await setup.watch(GUILD, dao.governor_address, CHAIN)
    return House(
        world=world,
        database=database,
        governance=Governance(database, {CHAIN: client}, world.clock.now),
        reviews=TechnicalReviews(database, {CHAIN: client}, described, world.clock.now),
        dao=dao,
        ana=ana,
    )


async def test_what_is_queued_as_approved_is_said_to_be_so_call_by_call(house: House) -> None:
    target = house.dao.target_address
    ours = await house.decided(f"Take less.\n\ncall: {target}: setMarketplaceFee(uint8) 8")
    await house.queued(house.dao.set_fee(8), ours=ours)
    card = await house.card()
    assert card.comparison is not None
    assert [each.likeness for each in card.comparison.calls] == [Likeness.SAME]
    assert card.comparison.has_same_title
    assert not await house.heard(CallsDiffer)
    assert card.simulation is not None
    assert [each.outcome for each in card.simulation.calls] == [Outcome.SUCCEEDS]
    assert card.simulation.block is not None
    assert (card.eta, card.end) == (await house.dao.eta(next(iter(house.dao.proposals))), None)


async def test_a_call_that_differs_from_the_draft_is_a_warning_while_people_can_vote(
    house: House,
) -> None:
    target = house.dao.target_address
    ours = await house.decided(f"call: {target}: setMarketplaceFee(uint8) 8")
    id_ = await house.proposed(house.dao.set_fee(9), ours=ours)
    (warning,) = await house.heard(CallsDiffer)
    assert not warning.is_queued
    (call,) = warning.comparison.calls
    assert (call.likeness, call.differs) == (Likeness.DIFFERS, ("argument 1",))
    await house.dao.open_voting(id_)
    await house.dao.vote(house.ana, id_, 1)
    await house.dao.close_voting(id_)
    await house.dao.queue(id_)
    await house.look()
    await house.look()
    assert len(await house.heard(CallsDiffer)) == 1, "a difference is said once"
    card = await house.card()
    assert card.comparison is not None
    assert card.comparison.is_different


async def test_calls_that_only_one_of_them_names_are_differences_and_none_named_is_unknown(
    house: House,
) -> None:
    target = house.dao.target_address
    ours = await house.decided(f'{target}: addMarketplaceCategory("Design")')
    other = house.dao.call("delegate(address)", house.ana.address, target=house.dao.token_address)
    await house.proposed(house.dao.add_category("Design"), other, ours=ours)
    (warning,) = await house.heard(CallsDiffer)
    likenesses = [each.likeness for each in warning.comparison.calls]
    assert likenesses == [Likeness.SAME, Likeness.ONLY_ON_CHAIN]


async def test_another_function_is_a_warning_also_where_nobody_knows_its_name(
    house: House,
) -> None:
    ours = await house.decided("call: GovernanceDecisions.setMarketplaceFee(uint8) 8")
    other = house.dao.call("frobnicate(uint8)", 8, target=house.dao.token_address)
    await house.proposed(other, ours=ours)
    (warning,) = await house.heard(CallsDiffer)
    assert warning.comparison.is_different


async def test_a_call_of_the_governors_own_contracts_is_named_by_what_they_are(
    house: House,
) -> None:
    delay = house.dao.call("setDelay(uint256)", DAY, target=house.dao.timelock_address)
    await house.queued(delay)
    (call,) = (await house.card(is_brief=True)).calls
    assert call.target_name == "the timelock"


async def test_a_fork_takes_back_that_a_proposal_is_not_what_was_approved(house: House) -> None:
    target = house.dao.target_address
    ours = await house.decided(f"call: {target}: setMarketplaceFee(uint8) 8")
    await house.look()
    mark = house.world.snapshot()
    await house.proposed(house.dao.set_fee(9), ours=ours)
    assert await house.heard(CallsDiffer)
    house.world.revert(mark)
    await house.dao.propose(house.ana, [house.dao.set_fee(8)], "# Something else")
    await house.world.mine(CONFIRMATIONS * 3)
    for _ in range(3):
        await house.look()
    assert not await house.heard(CallsDiffer)


async def test_a_draft_without_calls_cannot_be_compared_and_warns_nobody(house: House) -> None:
    ours = await house.decided("Take 8 % instead of 10 %.")
    await house.queued(house.dao.set_fee(9), ours=ours)
    card = await house.card()
    assert card.comparison is not None
    assert (card.comparison.names_calls, card.comparison.calls) == (False, ())
    assert not await house.heard(CallsDiffer)


async def test_another_title_is_a_warning(house: House) -> None:
    ours = await house.decided("Take 8 %.")
    await house.queued(house.dao.set_fee(8), ours=ours, title="Raise the fee")
    (warning,) = await house.heard(CallsDiffer)
    assert (warning.title, warning.comparison.has_same_title) == ("Raise the fee", False)


async def test_a_call_that_would_revert_says_why_and_one_to_nowhere_that_it_does_nothing(
    house: House,
) -> None:
    ours = await house.decided("Move tokens.")
    nowhere = "0x" + "12" * 20
    await house.queued(
        house.dao.call(
            "transfer(address,uint256)", house.ana.address, 10**30, target=house.dao.token_address
        ),
        house.dao.call("setMarketplaceFee(uint8)", 8, target=nowhere),
        ours=ours,
    )
    card = await house.card()
    assert card.simulation is not None
    first, second = card.simulation.calls
    assert first.outcome is Outcome.REVERTS
    assert first.why
    assert (second.outcome, "no contract" in second.why) == (Outcome.SUCCEEDS, True)


async def test_a_node_that_fails_says_nothing_of_the_call_and_is_asked_again(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    await house.queued(house.dao.set_fee(8), ours=ours)
    told = (await house.card()).simulation
    house.world.clock.jump(2 * 3_600)
    house.world.faults.status(503, times=20)
    await house.reviews.tick()
    card = await house.card()
    assert (card.simulation, card.is_simulation_old) == (told, True)
    house.world.faults.clear()
    house.world.clock.jump(600)
    await house.reviews.tick()
    card = await house.card()
    assert card.simulation is not None
    assert card.simulation.outcome is Outcome.SUCCEEDS
    assert not card.is_simulation_old


async def test_checks_are_signed_with_a_name_taken_back_and_missing_ones_reminded_of(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    id_ = await house.queued(house.dao.set_fee(8), ours=ours)
    signer = replace(MEMBER, role_ids=frozenset({RoleId(77)}))
    await house.reviews.sign(GUILD, REFERENCE, signer, ["calls", "amounts"])
    await house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["calls"])
    found = await house.reviews.sign(GUILD, REFERENCE, signer, ["calls"])
    assert {(each.check, each.name) for each in found.signed} == {
        ("calls", signer.name),
        ("calls", MODERATOR.name),
    }
    with pytest.raises(Denial, match="Only moderators"):
        await house.reviews.sign(GUILD, REFERENCE, MEMBER, ["calls"])
    with pytest.raises(Denial, match="none of the checks"):
        await house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["everything"])
    await house.look()
    assert not await house.heard(ChecksMissing)
    house.world.clock.jump(await house.dao.eta(id_) - DAY + 60 - house.world.clock.now())
    await house.look()
    await house.look()
    (reminder,) = await house.heard(ChecksMissing)
    assert (reminder.missing, reminder.count) == (("amounts", "addresses", "simulation"), 4)


async def test_a_concern_stands_on_the_card_and_is_withdrawn_by_whoever_raised_it(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    await house.queued(house.dao.set_fee(8), ours=ours)
    assert await house.reviews.raise_concern(GUILD, REFERENCE, MODERATOR, "The fee is too low.")
    assert [each.text for each in (await house.card()).concerns] == ["The fee is too low."]
    (raised,) = await house.heard(ConcernRaised)
    assert raised.by == MODERATOR.user_id
    with pytest.raises(Denial):
        await house.reviews.raise_concern(GUILD, REFERENCE, MEMBER, "Me too.")
    assert not await house.reviews.raise_concern(GUILD, REFERENCE, MODERATOR, " ")
    assert not (await house.card()).concerns
    with pytest.raises(Refusal, match="none to withdraw"):
        await house.reviews.raise_concern(GUILD, REFERENCE, MODERATOR, "")


async def test_an_executed_proposal_closes_its_review_and_nothing_is_signed_any_more(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    id_ = await house.queued(house.dao.set_fee(8), ours=ours)
    await house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["calls"])
    await house.dao.wait_for_eta(id_)
    await house.dao.execute(id_)
    await house.look()
    card = await house.card()
    assert card.end is ReviewEnd.EXECUTED
    assert card.transaction_hash is not None
    assert [len(each.signed) for each in card.checks] == [1, 0, 0, 0]
    for act in (
        house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["amounts"]),
        house.reviews.raise_concern(GUILD, REFERENCE, MODERATOR, "Too late."),
        house.reviews.simulate_again(GUILD, REFERENCE, MODERATOR),
    ):
        with pytest.raises(Refusal, match="is over"):
            await act


async def test_a_moderator_lets_it_be_simulated_again_but_not_within_a_minute(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    await house.queued(house.dao.set_fee(8), ours=ours)
    with pytest.raises(Refusal, match="in a minute"):
        await house.reviews.simulate_again(GUILD, REFERENCE, MODERATOR)
    house.world.clock.jump(61)
    before = house.world.clock.now()
    again = await house.reviews.simulate_again(GUILD, REFERENCE, MODERATOR)
    assert again.simulation is not None
    assert again.simulation.at >= before
    with pytest.raises(Denial):
        await house.reviews.simulate_again(GUILD, REFERENCE, MEMBER)


async def test_what_carries_out_nothing_of_ours_is_reviewed_like_any_other(house: House) -> None:
    id_ = await house.queued(house.dao.set_fee(8))
    card = await house.card(is_brief=True)
    assert (card.subject, card.comparison, len(card.checks)) == (None, None, 4)
    assert card.simulation is not None
    code = review_code(card.governor_key)
    await house.reviews.sign(GUILD, code, MODERATOR, ["calls"])
    assert await house.reviews.raise_concern(GUILD, code, MODERATOR, "The fee is too low.")
    (raised,) = await house.heard(ConcernRaised)
    assert (raised.subject, raised.title) == (None, "Lower the fee")
    card = await house.card(is_brief=True)
    assert [len(each.signed) for each in card.checks] == [1, 0, 0, 0]
    assert [each.text for each in card.concerns] == ["The fee is too low."]
    with pytest.raises(Denial):
        await house.reviews.sign(GUILD, code, MEMBER, ["calls"])
    with pytest.raises(Refusal, match="not there any more"):
        await house.reviews.opened(GUILD, "0" * 16)
    house.world.clock.jump(await house.dao.eta(id_) - DAY + 60 - house.world.clock.now())
    await house.look()
    (reminder,) = await house.heard(ChecksMissing)
    assert reminder.missing == ("amounts", "addresses", "simulation")


async def test_a_review_is_found_in_its_own_server_alone(house: House) -> None:
    await house.queued(house.dao.set_fee(8))
    code = review_code((await house.card(is_brief=True)).governor_key)
    with pytest.raises(Refusal, match="not there any more"):
        await house.reviews.opened(GuildId(GUILD + 1), code)


async def test_what_is_linked_later_is_signed_in_its_thread_with_what_was_signed_before(
    house: House,
) -> None:
    id_ = await house.queued(house.dao.set_fee(8))
    key = (await house.card(is_brief=True)).governor_key
    await house.reviews.sign(GUILD, review_code(key), MODERATOR, ["calls"])
    ours = await house.decided("Take 8 %.")
    async with house.database.transaction() as store:
        await store.proposals.save(replace(ours, phase=Phase.ON_CHAIN, governor_key=key))
    await house.look()
    assert id_ == key.id
    assert (await house.card(is_brief=True)).checks == ()
    assert [len(each.signed) for each in (await house.card()).checks] == [1, 0, 0, 0]
    await house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["calls", "amounts"])
    assert [len(each.signed) for each in (await house.card()).checks] == [1, 1, 0, 0]


async def test_a_reorganisation_that_undoes_the_queue_closes_the_review_until_it_returns(
    house: House,
) -> None:
    ours = await house.decided("Take 8 %.")
    id_ = await house.proposed(house.dao.set_fee(8), ours=ours)
    await house.dao.open_voting(id_)
    await house.dao.vote(house.ana, id_, 1)
    await house.dao.close_voting(id_)
    await house.look()
    mark = house.world.snapshot()
    await house.dao.queue(id_)
    await house.look()
    await house.reviews.sign(GUILD, REFERENCE, MODERATOR, ["calls"])
    house.world.revert(mark)
    await house.world.mine(CONFIRMATIONS * 3)
    for _ in range(3):
        await house.look()
    assert (await house.card()).end is ReviewEnd.UNQUEUED
    await house.dao.queue(id_)
    await house.look()
    card = await house.card()
    assert card.end is None
    assert [len(each.signed) for each in card.checks] == [1, 0, 0, 0], "the calls are the same"
