"""Looking things up, mending what no rule can know, and setting a server up."""

from dataclasses import replace

import pytest

from bot.domain.announcement import PhaseChanged
from bot.domain.errors import IllegalTransitionError, Refusal
from bot.domain.implementation import Implemented
from bot.domain.lifecycle import Phase
from bot.domain.onchain.governor import GovernorState
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.policy import preset
from bot.domain.types import Address, ChainId, ChannelId, GuildId, MessageId, ProposalId
from bot.services.delivery import Delivery
from bot.services.governance import Governance
from tests import builders
from tests.builders import GUILD, IDEAS, MEMBER, MODERATOR
from tests.forkable_chain import CHAIN, GOVERNOR, TOKEN, Act
from tests.town import Town


async def test_a_proposal_is_found_by_its_reference_however_it_is_typed(town: Town) -> None:
    await town.idea()
    found = await town.records.find(GUILD, " btrst-1 ")
    assert (found.proposal.number, found.message) == (1, None)
    assert found.card.phase is Phase.IDEA
    delivery = Delivery(town.database, town.clock)
    await delivery.sent((await delivery.due())[0], IDEAS, MessageId(5))
    message = (await town.records.find(GUILD, "BTRST-1")).message
    assert message is not None
    assert (message.channel_id, message.message_id) == (IDEAS, 5)


@pytest.mark.parametrize("reference", ["2", "#2", " 2 ", "#btrst-2"])
async def test_a_proposal_is_found_by_its_bare_number(town: Town, reference: str) -> None:
    await town.idea("The first")
    await town.idea("The second")
    assert (await town.records.find(GUILD, reference)).proposal.title == "The second"
    with pytest.raises(Refusal, match="no proposal “2” here"):
        await town.records.find(GuildId(1), "2")


@pytest.mark.parametrize("reference", ["0", "3", "9" * 40, "²", "#", ""])
async def test_a_number_that_no_proposal_has_is_refused(town: Town, reference: str) -> None:
    await town.idea()
    with pytest.raises(Refusal, match="Pick one from the list"):
        await town.records.find(GUILD, reference)


async def test_a_button_of_another_server_is_made_up(town: Town) -> None:
    idea = await town.idea()
    assert await town.records.reference(GUILD, idea.id) == "BTRST-1"
    with pytest.raises(Refusal, match="belongs to no proposal of this server"):
        await town.records.reference(GuildId(1), idea.id)
    with pytest.raises(Refusal, match="belongs to no proposal of this server"):
        await town.records.reference(GUILD, ProposalId(10**30))


async def test_an_unknown_reference_and_one_of_another_server_are_refused(town: Town) -> None:
    await town.idea()
    with pytest.raises(Refusal, match=r"no proposal “BTRST\\-2” here"):
        await town.records.find(GUILD, "BTRST-2")
    with pytest.raises(Refusal, match="no proposal “9"):
        await town.records.find(GUILD, "9" * 5_000)
    with pytest.raises(Refusal, match="no proposal “” here"):
        await town.records.find(GUILD, "\ud800")
    assert not await town.records.matching(GUILD, "\udfff")
    with pytest.raises(Refusal, match=r"no proposal “BTRST\\-1” here"):
        await town.records.find(GuildId(1), "BTRST-1")


async def test_proposals_are_listed_newest_first_by_any_part_of_their_title(town: Town) -> None:
    for title in ("Lower the fee", "Raise the FEE", "A new category", "100% open_source"):
        await town.idea(title)
    titles = [each.title for each in await town.records.matching(GUILD, "fee")]
    assert titles == ["Raise the FEE", "Lower the fee"]
    assert [each.number for each in await town.records.matching(GUILD)] == [4, 3, 2, 1]
    assert [each.number for each in await town.records.matching(GUILD, "%")] == [4]
    assert not await town.records.matching(GUILD, "fee", [Phase.PASSED])


async def test_a_passed_proposal_without_a_contract_change_is_called_implemented(
    town: Town,
) -> None:
    idea = await town.passed()
    with pytest.raises(Refusal, match="Only moderators"):
        await town.implementations.report(GUILD, idea.reference, MEMBER, "Done.")
    done = await town.implementations.report(GUILD, idea.reference, MODERATOR, "In release 5.")
    assert (done.phase, done.reason) == (Phase.IMPLEMENTED, "In release 5.")
    assert (await town.only(Implemented)).evidence == "In release 5."


async def test_linking_by_hand_takes_a_passed_proposal_and_a_known_on_chain_one(
    town: Town,
) -> None:
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    town.chain.act(Act.PROPOSE)
    town.chain.mine(13)
    governance = Governance(town.database, town.chains, town.clock)
    await governance.tick(CHAIN)
    (on_chain,) = await town.records.on_chain(GUILD)
    assert on_chain.title == "Fee 0"
    idea = await town.passed()
    with pytest.raises(Refusal, match="Only moderators"):
        await town.records.link(GUILD, idea.reference, "1", MEMBER)
    with pytest.raises(Refusal, match="have no proposal 2"):
        await town.records.link(GUILD, idea.reference, " 2 ", MODERATOR)
    linked = await town.records.link(GUILD, idea.reference, " 1 ", MODERATOR)
    assert (linked.phase, linked.governor_key) == (Phase.ON_CHAIN, on_chain.key)
    assert (await town.heard(PhaseChanged))[-1][1].phase is Phase.ON_CHAIN
    early = await town.idea()
    with pytest.raises(IllegalTransitionError, match="link it on chain"):
        await town.records.link(GUILD, early.reference, "1", MODERATOR)


async def on_chain_proposal(town: Town) -> GovernorProposal:
    """Let a proposal be made on chain and be seen."""
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    town.chain.act(Act.PROPOSE)
    town.chain.mine(13)
    await Governance(town.database, town.chains, town.clock).tick(CHAIN)
    (found,) = await town.records.on_chain(GUILD)
    return found


async def test_of_two_governors_with_the_same_id_the_one_that_is_named_is_linked(
    town: Town,
) -> None:
    first = await on_chain_proposal(town)
    other = Address("0x00000000000000000000000000000000ABCDEF12")
    async with town.database.transaction() as store:
        (watched,) = await store.communities.watched(guild_id=GUILD)
        twin = replace(watched.governor, address=other)
        await store.communities.watch(replace(watched, governor=twin))
        await store.chain.save_proposal(replace(first, key=replace(first.key, governor=other)))
    idea = await town.passed()
    with pytest.raises(Refusal, match="More than one governor watched here has a"):
        await town.records.link(GUILD, idea.reference, "1", MODERATOR)
    with pytest.raises(Refusal, match=r"have no proposal 00000000\\:1"):
        await town.records.link(GUILD, idea.reference, "00000000:1", MODERATOR)
    linked = await town.records.link(GUILD, idea.reference, " abcdeF12:1", MODERATOR)
    assert linked.governor_key == replace(first.key, governor=other)
    linked = await town.records.link(GUILD, idea.reference, f"{GOVERNOR[-8:]}:1", MODERATOR)
    assert linked.governor_key == first.key


async def test_an_on_chain_proposal_carries_one_proposal_once(town: Town) -> None:
    await on_chain_proposal(town)
    idea = await town.passed()
    linked = await town.records.link(GUILD, idea.reference, "1", MODERATOR)
    with pytest.raises(Refusal, match="BTRST-1 is linked to it already"):
        await town.records.link(GUILD, idea.reference, "1", MODERATOR)
    async with town.database.transaction() as store:
        number = await store.communities.take_number(GUILD)
        await store.proposals.add(replace(linked, number=number, reference="BTRST-2"))
        twin = await store.proposals.by_reference(GUILD, "BTRST-2")
        await store.proposals.save(replace(twin, phase=Phase.PASSED, governor_key=None))
    with pytest.raises(Refusal, match="already carries BTRST-1"):
        await town.records.link(GUILD, "BTRST-2", "1", MODERATOR)
    assert await town.proposal(idea) == linked


async def test_nobody_is_called_to_a_vote_on_chain_that_is_over(town: Town) -> None:
    on_chain = await on_chain_proposal(town)
    async with town.database.transaction() as store:
        await store.chain.save_proposal(replace(on_chain, state=GovernorState.EXECUTED))
    idea = await town.passed()
    linked = await town.records.link(GUILD, idea.reference, "1", MODERATOR)
    assert linked.phase is Phase.ON_CHAIN
    heard = [speech.phase for _, speech in await town.heard(PhaseChanged)]
    assert Phase.ON_CHAIN not in heard
    _, history = await town.records.history(GUILD, idea.reference)
    assert history[-1].what == "linked to proposal 1 on chain, which is executed"
    assert history[-1].actor_id == MODERATOR.user_id


async def test_a_space_is_looked_up_before_it_is_believed(town: Town) -> None:
    assert (await town.setup.space(" UseBraintrust.eth ")).name == "Braintrust"
    with pytest.raises(Refusal, match=r"knows no space “nowhere\.eth”"):
        await town.setup.space("nowhere.eth")


async def test_a_governor_is_recognised_and_shown_in_the_standing(town: Town) -> None:
    governor = await town.setup.watch(GUILD, f" {GOVERNOR.lower()} ", CHAIN)
    assert (governor.address, governor.token_symbol) == (GOVERNOR, "BTRST")
    standing = await town.setup.standing(GUILD)
    assert standing.governors == (governor,)
    assert standing.community == builders.community()


async def test_a_chain_without_an_endpoint_and_a_contract_that_is_no_governor_are_refused(
    town: Town,
) -> None:
    with pytest.raises(Refusal, match="No JSON-RPC address is set for chain 5"):
        await town.setup.watch(GUILD, GOVERNOR, ChainId(5))
    with pytest.raises(Refusal, match="cannot be followed as a governor"):
        await town.setup.watch(GUILD, TOKEN, CHAIN)
    with pytest.raises(Refusal, match="is not an address"):
        await town.setup.watch(GUILD, "braintrust", CHAIN)


async def test_a_set_up_with_a_wrong_governor_changes_nothing(town: Town) -> None:
    moved = replace(builders.community(), voting_channel_id=ChannelId(77))
    with pytest.raises(Refusal, match="cannot be followed as a governor"):
        await town.setup.set_up(moved, MODERATOR, (TOKEN, CHAIN))
    assert await town.setup.community(GUILD) == builders.community()
    await town.setup.set_up(moved, MODERATOR, (GOVERNOR, CHAIN))
    assert await town.setup.community(GUILD) == moved
    assert [each.address for each in (await town.setup.standing(GUILD)).governors] == [GOVERNOR]


async def test_a_governor_that_is_watched_already_is_not_read_from_the_start_again(
    town: Town,
) -> None:
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    town.chain.mine(50)
    await Governance(town.database, town.chains, town.clock).tick(CHAIN)
    async with town.database.reading() as store:
        before = await store.chain.scan(CHAIN)
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    async with town.database.reading() as store:
        assert await store.chain.scan(CHAIN) == before


async def test_an_endpoint_that_falls_behind_during_the_set_up_is_told(town: Town) -> None:
    asked_before = town.chain.requests
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    last = town.chain.requests - asked_before

    def lag() -> None:
        if town.chain.requests == asked_before + 2 * last:
            del town.chain.blocks[-1:]

    town.chain.before_request = lag
    with pytest.raises(Refusal, match="endpoint is behind"):
        await town.setup.watch(GUILD, GOVERNOR, CHAIN)


async def test_a_server_that_is_not_set_up_says_how(town: Town) -> None:
    assert await town.setup.community(GuildId(1)) is None
    assert await town.setup.community(GUILD) == builders.community()
    with pytest.raises(Refusal, match="/governance setup"):
        await town.setup.standing(GuildId(1))


async def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(Refusal, match="There is: braintrust"):
        preset("compound")


async def test_the_commands_discord_knows_are_remembered(town: Town) -> None:
    assert await town.setup.synced_commands() is None
    await town.setup.commands_were_synced("one")
    await town.setup.commands_were_synced("two")
    town.restart()
    assert await town.setup.synced_commands() == "two"
