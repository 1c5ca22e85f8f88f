"""Links to the signing page, under faults."""

import asyncio

import pytest

from bot.domain.errand import DeadLinkError, LinkProblem, LinkWallet, SignProposal
from bot.domain.errors import Denial, Refusal
from bot.domain.policy import Step
from bot.domain.types import GuildId, ProposalId
from bot.services.upkeep import Upkeep
from tests import builders
from tests.builders import GUILD, MEMBER, MODERATOR
from tests.town import Town
from tests.watched import CrashError


async def problem(town: Town, secret: str) -> LinkProblem:
    with pytest.raises(DeadLinkError) as dead:
        await town.page_links.open(secret)
    return dead.value.problem


async def make(town: Town) -> str:
    return await town.page_links.make(GUILD, MEMBER, LinkWallet())


async def use(town: Town, secret: str) -> None:
    async with town.page_links.using(secret):
        pass


async def test_the_secret_is_stored_nowhere(town: Town) -> None:
    secret = await make(town)
    assert len(secret) >= 43  # 256 bits in base 64
    assert not any(secret in row for row in town.dump())
    assert (await town.page_links.open(secret)).link.user_id == MEMBER.user_id


async def test_each_link_has_a_secret_of_its_own(town: Town) -> None:
    assert len({await make(town) for _ in range(20)}) == 20


async def test_a_link_is_used_once(town: Town) -> None:
    secret = await make(town)
    await use(town, secret)
    assert await problem(town, secret) is LinkProblem.USED
    with pytest.raises(DeadLinkError):
        await use(town, secret)
    with pytest.raises(DeadLinkError):
        await town.page_links.prepare(secret, LinkWallet())


async def test_of_two_who_use_it_at_once_one_does(town: Town) -> None:
    secret = await make(town)
    done: list[str] = []

    async def one() -> None:
        async with town.page_links.using(secret):
            await asyncio.sleep(0)
            done.append("done")

    ends = await asyncio.gather(one(), one(), return_exceptions=True)
    assert done == ["done"]
    assert sorted(type(end).__name__ for end in ends) == ["DeadLinkError", "NoneType"]


async def test_what_fails_gives_the_link_back(town: Town) -> None:
    secret = await make(town)
    with pytest.raises(Refusal, match="not so"):
        async with town.page_links.using(secret):
            raise Refusal("not so")
    await use(town, secret)


async def test_what_is_broken_off_gives_the_link_back(town: Town) -> None:
    secret = await make(town)
    began = asyncio.Event()

    async def slow() -> None:
        async with town.page_links.using(secret):
            began.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(slow())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await use(town, secret)


async def test_a_link_is_unknown_where_the_power_went_before_it_was_written(town: Town) -> None:
    town.database.dies_at_commit = True
    with pytest.raises(CrashError):
        await make(town)
    assert await problem(town, "x") is LinkProblem.UNKNOWN


async def test_a_link_outlives_a_restart(town: Town) -> None:
    secret = await make(town)
    town.restart()
    assert (await town.page_links.open(secret)).link.errand == LinkWallet()


async def test_links_are_told_what_became_of_them_for_a_day_and_then_forgotten(town: Town) -> None:
    secret = await make(town)
    upkeep = Upkeep(town.database, town.clock)
    town.clock.wait(1_800)
    for wait in (0, 86_000):
        town.clock.wait(wait)
        await upkeep.tidy()
        assert await problem(town, secret) is LinkProblem.EXPIRED
    town.clock.wait(1_000)
    await upkeep.tidy()
    assert await problem(town, secret) is LinkProblem.UNKNOWN


@pytest.mark.parametrize("secret", ["", "x", "\ud800", "\0", "ä" * 10_000])
async def test_made_up_secrets_open_nothing(town: Town, secret: str) -> None:
    await make(town)
    assert await problem(town, secret) is LinkProblem.UNKNOWN


async def test_a_server_that_is_not_set_up_gets_no_links(town: Town) -> None:
    with pytest.raises(Refusal):
        await town.page_links.make(GuildId(1), MEMBER, LinkWallet())


async def test_a_vote_of_another_server_cannot_be_signed_here(town: Town) -> None:
    idea = await town.noticed()
    await town.setup.set_up(builders.community(guild_id=GuildId(901)), MODERATOR)
    errand = SignProposal(proposal_id=idea.id, step=await town.step_of(idea), round=1)
    with pytest.raises(Denial):
        await town.page_links.make(GuildId(901), MEMBER, errand)


async def test_a_vote_that_is_not_there_or_was_called_off_gets_no_link(town: Town) -> None:
    idea = await town.noticed()
    step = await town.step_of(idea)
    for errand in (
        SignProposal(proposal_id=idea.id, step=step, round=2),
        SignProposal(proposal_id=idea.id, step=Step.CONSENSUS, round=1),
    ):
        with pytest.raises(Refusal, match=idea.reference):
            await town.page_links.make(GUILD, MEMBER, errand)
    with pytest.raises(Refusal):
        nothing = SignProposal(proposal_id=ProposalId(999), step=step, round=1)
        await town.page_links.make(GUILD, MEMBER, nothing)
    good = SignProposal(proposal_id=idea.id, step=step, round=1)
    secret = await town.page_links.make(GUILD, MEMBER, good)
    await town.drafts.postpone(GUILD, idea.reference, MODERATOR, "A mistake.")
    with pytest.raises(Refusal, match="to sign any more"):
        await town.page_links.open(secret)
