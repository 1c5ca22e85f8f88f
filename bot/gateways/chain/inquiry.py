"""What is asked of many proposals at once, and what the answers mean (pure)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.onchain.governor import Governor, Observation, ProposalKey, TimelockKind
from bot.domain.types import Address, Timepoint
from bot.gateways.chain.flavours import BY_FLAVOUR
from bot.gateways.chain.flavours.description import state_of
from bot.gateways.chain.questions import Question, number, question, selector
from bot.gateways.chain.tokens import supply_at, supply_questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """Whom to ask for everything, with their vote starts where they are known; and for the state.

    Most of the time a proposal does not change, and its state alone would show it if it did. How
    many tokens there were when the votes were counted never changes: it is asked for only of those
    who are not `supplied`.
    """

    governors: Mapping[Address, Governor]
    details: Mapping[ProposalKey, Timepoint | None] = field(default_factory=dict)
    states: Sequence[ProposalKey] = ()
    supplied: Collection[ProposalKey] = ()

    @property
    def questions(self) -> list[Question]:
        """Every question, some of them perhaps twice."""
        asked = [state_question(key) for key in self.states]
        for ask in (self._details, self._queuing, self._supply):
            asked += [one for key in self.details for one in ask(key)]
        return asked

    def observations(
        self, answers: Mapping[Question, bytes | None]
    ) -> dict[ProposalKey, Observation]:
        """Understand the answers; of whom a question was not answered, nothing was learnt.

        To say nothing is no answer: so does a node in whose state there is no such contract.
        """
        seen: dict[ProposalKey, Observation] = {}
        for key in self.states:
            if (state := answers.get(state_question(key), b"")) != b"":
                seen[key] = _state_alone(key, state)
        for key in self.details:
            if answers.get(state_question(key), b"") == b"":
                continue
            governor, questions = self.governors[key.governor], self._details(key)
            if answers.keys() >= {*questions}:
                told = tuple(answers[one] for one in questions)
                one = BY_FLAVOUR[governor.flavour].observation(governor, key, told)
                supplies = [answers.get(each) for each in self._supply(key)]
                supply = supply_at(supplies, one.state)
                one = one if supply is None else replace(one, supply=supply)
                queuing = [number(answers.get(each)) for each in self._queuing(key)]
                if queuing and queuing[0] is not None:
                    one = replace(one, needs_queuing=bool(queuing[0]))
                seen[key] = one
        return seen

    def _details(self, key: ProposalKey) -> tuple[Question, ...]:
        flavour = BY_FLAVOUR[self.governors[key.governor].flavour]
        return flavour.questions(key, self.details[key])

    def _supply(self, key: ProposalKey) -> tuple[Question, ...]:
        token, snapshot = self.governors[key.governor].token_address, self.details[key]
        if token is None or snapshot is None or key in self.supplied:
            return ()
        return supply_questions(token, snapshot)

    def _queuing(self, key: ProposalKey) -> tuple[Question, ...]:
        """Ask whether it has to be queued, where an AccessManager says so of each call."""
        if self.governors[key.governor].timelock_kind is not TimelockKind.ACCESS_MANAGER:
            return ()
        return (question(key.governor, "proposalNeedsQueuing(uint256)", key.id),)


def state_question(key: ProposalKey) -> Question:
    """Make the one question that every governor answers; by hand, for it is asked the most."""
    return Question(to=key.governor, data=_STATE + f"{key.id:064x}")


_STATE = "0x" + selector("state(uint256)").hex()


def _state_alone(key: ProposalKey, answer: bytes | None) -> Observation:
    return Observation(
        key=key,
        state=state_of(answer),
        for_votes=None,
        against_votes=None,
        abstain_votes=None,
        quorum=None,
        vote_start=None,
        vote_end=None,
        eta=None,
    )
