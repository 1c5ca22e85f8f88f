"""What people do to the newest proposal of a DAO, whatever a fork has left of the earlier ones."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from sandbox.chain.anvil_chain import AnvilChain
from sandbox.chain.daos import (
    AccessDao,
    Dao,
    NounsDao,
    OverridableDao,
    PlainDao,
    SequentialDao,
)
from sandbox.chain.daos import OpenZeppelinDao as ControlledDao
from sandbox.chain.ledger import RevertedError

PROPOSERS = ("pia", "per", "pam", "pol")  # of GovernorAlpha each may have one live proposal


class State(StrEnum):
    """The states of a proposal, in the order of their numbers."""

    PENDING = "pending"
    ACTIVE = "active"
    CANCELED = "canceled"
    DEFEATED = "defeated"
    SUCCEEDED = "succeeded"
    QUEUED = "queued"
    EXPIRED = "expired"
    EXECUTED = "executed"
    VETOED = "vetoed"
    OBJECTION_PERIOD = "objection period"
    UPDATABLE = "updatable"


BY_NUMBER = tuple(State)


class Act(StrEnum):
    """What somebody does. An act that is not possible does nothing."""

    GO_ON = "whatever brings a proposal on"
    VOTE_AGAINST = "vote against"
    CANCEL = "cancel"
    CANCEL_OPERATION = "cancel on the timelock"
    LET_PASS = "let blocks pass"
    SPECIAL = "do what is possible on governors of this family alone"


@dataclass(slots=True, kw_only=True)
class People:
    """Somebody with many votes, and a few who propose."""

    chain: AnvilChain
    dao: Dao
    ids: list[int] = field(default_factory=list)
    count: int = 0  # of proposals; no two are the same, on whatever branch they are

    async def settle_in(self) -> None:
        """Hand out the tokens."""
        await self.dao.give(self.chain.wallet("ana"), 150_000)
        for name in PROPOSERS:
            await self.dao.give(self.chain.wallet(name), 1_000)
        await self.dao.give(self.chain.wallet("ben"), 60_000)
        if isinstance(self.dao, OverridableDao):
            await self.dao.delegate(self.chain.wallet("ben"), to=self.chain.wallet("ana"))

    async def newest(self) -> tuple[int, State | None]:
        """Give the newest proposal that is on the chain, or none."""
        for id_ in reversed(self.ids):
            try:
                return id_, BY_NUMBER[await self.dao.state(id_)]
            except RevertedError:
                continue
        return 0, None

    async def act(self, act: Act) -> None:
        """Do something; what the contract refuses is a block in which nothing happens."""
        id_, state = await self.newest()
        doing = {
            Act.GO_ON: self._go_on,
            Act.VOTE_AGAINST: self._vote_against,
            Act.CANCEL: self._cancel,
            Act.CANCEL_OPERATION: self._cancel_operation,
            Act.LET_PASS: self._let_pass,
            Act.SPECIAL: self._special,
        }[act]
        try:
            await doing(id_, state)
        except RevertedError:
            await self.chain.look()

    async def _go_on(self, id_: int, state: State | None) -> None:
        match state:
            case State.PENDING | State.UPDATABLE:
                await self.dao.open_voting(id_)
            case State.ACTIVE:
                await self._vote(id_, 1)
            case State.SUCCEEDED if type(self.dao) is PlainDao:
                await self.dao.execute(id_)
            case State.SUCCEEDED:
                await self.dao.queue(id_)
            case State.QUEUED:
                await self.dao.wait_for_eta(id_)
                await self.dao.execute(id_)
            case _:
                await self._propose()

    async def _propose(self) -> None:
        self.count += 1
        calls = [self.dao.set_fee(self.count % 100)]
        proposer = self.chain.wallet(PROPOSERS[self.count % len(PROPOSERS)])
        text = f"# Fee {self.count}\n\nThe words of number {self.count}."
        self.ids.append(await self.dao.propose(proposer, calls, text))

    async def _vote(self, id_: int, support: int) -> None:
        try:
            await self.dao.vote(self.chain.wallet("ana"), id_, support)
        except RevertedError:  # She has voted.
            await self.chain.look()
            await self.dao.close_voting(id_)

    async def _vote_against(self, id_: int, state: State | None) -> None:
        if state is State.ACTIVE:
            await self._vote(id_, 0)
        else:
            await self._go_on(id_, state)

    async def _cancel(self, id_: int, state: State | None) -> None:
        if state in (State.PENDING, State.ACTIVE):
            await self.dao.cancel(id_)
        else:
            await self._go_on(id_, state)

    async def _cancel_operation(self, id_: int, state: State | None) -> None:
        if state is State.QUEUED and isinstance(self.dao, ControlledDao | AccessDao):
            await self.dao.cancel_operation(id_)
        else:
            await self._go_on(id_, state)

    async def _special(self, id_: int, state: State | None) -> None:
        ben = self.chain.wallet("ben")
        match self.dao, state:
            case NounsDao(), State.UPDATABLE:
                self.count += 1
                await self.dao.rewrite(id_, f"# Fee {self.count}\n\nOther words.")
            case NounsDao(), State.SUCCEEDED | State.QUEUED:
                await self.dao.veto(id_)
            case OverridableDao(), State.ACTIVE:
                await self.dao.override_vote(ben, id_, 0)
            case SequentialDao(), State.ACTIVE:
                await self.dao.divide_votes(ben, id_, 0, 26_000, 0)
            case _:
                await self._go_on(id_, state)

    async def _let_pass(self, _id: int, _state: State | None) -> None:
        await self.chain.mine(4)


def some_act(chance: Random) -> Act:
    """Choose an act; mostly one that brings a proposal on."""
    return chance.choice([Act.GO_ON] * 6 + list(Act)[1:])
