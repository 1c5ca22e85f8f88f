"""The link to the chain, replaced, taken from another and removed by a moderator."""

from dataclasses import replace

import pytest

from bot.domain.announcement import PhaseChanged
from bot.domain.errors import Denial, IllegalTransitionError, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.proposal import Proposal
from bot.services.governance import Governance
from tests import builders
from tests.builders import GUILD, MEMBER, MODERATOR
from tests.following import CONFIRMATIONS, policy
from tests.forkable_chain import CHAIN, GOVERNOR, Act
from tests.town import Town

REASON = "It carries the other one."


@pytest.fixture
def governance(town: Town) -> Governance:
    return Governance(town.database, town.chains, town.clock)


async def passed(town: Town) -> Proposal:
    """Bring a proposal whose title an on-chain one will bear to where it may go on chain."""
    await town.found(builders.community(policy=policy()))
    await town.setup.watch(GUILD, GOVERNOR, CHAIN)
    idea = await town.idea("Fee 0")
    await town.support(idea, 3)
    town.clock.wait(2 * 86_400)
    await town.ideas.promote(GUILD, idea.reference, MODERATOR)
    for _ in range(2):
        await town.notice(idea)
        idea = await town.decide(await town.publish(idea), 1, 1)
    town.chain.wait_until(town.clock())
    return idea


async def proposed(town: Town, governance: Governance) -> None:
    town.chain.act(Act.PROPOSE)
    town.chain.mine(CONFIRMATIONS)
    await governance.tick(CHAIN)


async def twin(town: Town, idea: Proposal) -> Proposal:
    """Add another proposal that has passed."""
    async with town.database.transaction() as store:
        number = await store.communities.take_number(GUILD)
        reference = f"BTRST-{number}"
        return await store.proposals.add(
            replace(idea, number=number, reference=reference, phase=Phase.PASSED, governor_key=None)
        )


async def told(town: Town, reference: str) -> str:
    _, entries = await town.records.history(GUILD, reference)
    return "\n".join(entry.what for entry in entries)


async def test_a_removed_link_is_not_made_again_by_itself(
    town: Town, governance: Governance
) -> None:
    idea = await passed(town)
    await proposed(town, governance)
    assert (await town.proposal(idea)).phase is Phase.ON_CHAIN
    unlinked = await town.records.relink(GUILD, "BTRST-1", " None ", MODERATOR, REASON)
    assert (unlinked.phase, unlinked.governor_key) == (Phase.PASSED, None)
    town.chain.mine(2)
    await governance.tick(CHAIN)
    assert (await town.proposal(idea)).phase is Phase.PASSED
    assert (await town.heard(PhaseChanged))[-1][1].reason == REASON
    by_hand = await town.records.relink(GUILD, "BTRST-1", "1", MODERATOR, REASON)
    assert by_hand.phase is Phase.ON_CHAIN


async def test_a_link_is_taken_from_another_proposal_and_both_histories_say_so(
    town: Town, governance: Governance
) -> None:
    idea = await passed(town)
    await proposed(town, governance)
    other = await twin(town, idea)
    moved = await town.records.relink(GUILD, other.reference, "1", MODERATOR, REASON)
    assert moved.phase is Phase.ON_CHAIN
    before = await town.proposal(idea)
    assert (before.phase, before.governor_key) == (Phase.PASSED, None)
    assert f"what it was linked to on chain carries {other.reference}: {REASON}" in await told(
        town, "BTRST-1"
    )
    assert REASON in await told(town, other.reference)
    town.chain.mine(2)
    await governance.tick(CHAIN)
    assert (await town.proposal(idea)).phase is Phase.PASSED


async def test_who_may_not_and_what_cannot_be_is_refused(
    town: Town, governance: Governance
) -> None:
    idea = await passed(town)
    with pytest.raises(Denial):
        await town.records.relink(GUILD, "BTRST-1", "1", MEMBER, REASON)
    with pytest.raises(Refusal, match="linked to nothing"):
        await town.records.relink(GUILD, "BTRST-1", "none", MODERATOR, REASON)
    with pytest.raises(Refusal, match="have no proposal 1"):
        await town.records.relink(GUILD, "BTRST-1", "1", MODERATOR, REASON)
    with pytest.raises(Refusal, match="give a reason"):
        await town.records.relink(GUILD, "BTRST-1", "1", MODERATOR, " ")
    await proposed(town, governance)
    with pytest.raises(Refusal, match="is linked to it already"):
        await town.records.relink(GUILD, "BTRST-1", "1", MODERATOR, REASON)
    early = await town.idea("Another")
    with pytest.raises(IllegalTransitionError):
        await town.records.relink(GUILD, early.reference, "1", MODERATOR, REASON)
    assert (await town.proposal(idea)).phase is Phase.ON_CHAIN
