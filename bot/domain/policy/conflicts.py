"""What does not go together in a policy."""

from collections.abc import Iterator
from decimal import Decimal

from bot.domain.calendar import is_time_zone
from bot.domain.drafting.draft import DISCUSSION, QUESTION, RESULT
from bot.domain.offchain.snapshot import TITLE_LIMIT, VotingType
from bot.domain.policy import PassRule, Policy, Step, StepPolicy
from bot.domain.proposal import TITLE_LIMIT as IDEA_TITLE_LIMIT

_BASIC = (("For", "Against", "Abstain"), ("For", "Against"))
_OF_WHOLES = (PassRule.MAJORITY, PassRule.AT_LEAST, PassRule.MORE_THAN)
_WITHOUT_A_WHOLE = (VotingType.RANKED_CHOICE, VotingType.COPELAND)
_TWO = 2
_STEPS = ((), (Step.CONSENSUS,), (Step.TEMPERATURE, Step.CONSENSUS))


def conflicts(policy: Policy) -> list[str]:
    """List what does not go together, each with what would.

    That each value is within its own bounds is for the table of values to say.
    """
    return [
        *_support(policy),
        *_votes(policy),
        *_step(policy.temperature, Step.TEMPERATURE),
        *_step(policy.consensus, Step.CONSENSUS),
        *_draft(policy),
    ]


def _support(policy: Policy) -> Iterator[str]:
    if policy.opposition_emoji and policy.opposition_emoji == policy.support_emoji:
        yield "support.opposition_emoji has to differ from support.emoji."


def _votes(policy: Policy) -> Iterator[str]:
    if policy.steps not in _STEPS:
        yield "votes.steps are none, consensus alone, or temperature and consensus."
    temperature = policy.temperature
    if temperature.choices_are_fixed and len(temperature.choices) != _TWO:
        yield (
            "temperature.choices have to be exactly two while temperature.choices_are_fixed: "
            "a temperature check asks yes or no."
        )
    if policy.no_change_choice not in policy.consensus.choices:
        yield (
            "votes.no_change_choice has to be one of consensus.choices: "
            "add it there first, or name one of them."
        )
    if not is_time_zone(policy.time_zone):
        yield "time_zone has to be a name such as UTC or Europe/Berlin."


def _step(rules: StepPolicy, step: Step) -> Iterator[str]:
    room = TITLE_LIMIT - IDEA_TITLE_LIMIT
    if len(rules.title_prefix) > room:
        yield f"{step}.title_prefix leaves no room for a title: at most {room} characters."
    if len({choice.casefold() for choice in rules.choices}) < len(rules.choices):
        yield f"{step}.choices has a choice twice."
    if isinstance(rules.quorum, Decimal) and (rules.quorum.is_nan() or rules.quorum < 0):
        yield f"{step}.quorum has to be 0 or more."
    if rules.voting_type is VotingType.BASIC and rules.choices not in _BASIC:
        yield (
            f"{step}.voting_type “basic” takes only the choices {', '.join(_BASIC[0])}, "
            "or the first two of them."
        )
    yield from _pass_rule(rules, step)


def _pass_rule(rules: StepPolicy, step: Step) -> Iterator[str]:
    rule, voting_type = rules.pass_rule, rules.voting_type
    if rule in (PassRule.AT_LEAST, PassRule.MORE_THAN) and rules.threshold is None:
        yield f"{step}.pass_rule “{rule}” needs {step}.threshold: set it first."
    if rule in _OF_WHOLES and voting_type in _WITHOUT_A_WHOLE:
        yield (
            f"{step}.pass_rule has to be “{PassRule.MOST_VOTES}” with “{voting_type}”: "
            "its scores are no shares of the votes."
        )


def _draft(policy: Policy) -> Iterator[str]:
    taken = {name.casefold(): name for name in (QUESTION, RESULT, DISCUSSION)}
    for name in policy.sections:
        if name.casefold() in taken:
            yield (
                f"drafts.sections cannot name “{taken[name.casefold()]}”: "
                "Assent writes a section of that name itself."
            )
