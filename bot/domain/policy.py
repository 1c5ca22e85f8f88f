"""A community's policy: every number and rule that a community may decide for itself."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.snapshot import VotingType
from bot.domain.types import Seconds

DAY = Seconds(86_400)


class Step(StrEnum):
    """The two votes off chain."""

    TEMPERATURE = "temperature"
    CONSENSUS = "consensus"


class PassRule(StrEnum):
    """How the scores of a vote become a result. A tie never passes."""

    MAJORITY = "majority"  # the first choice (yes) has more than all others together
    MOST_VOTES = "most votes"  # a choice other than "no change" has more than every other


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPolicy:
    """What a community wants of one vote off chain."""

    name: str
    title_prefix: str
    voting_type: VotingType
    choices: tuple[str, ...]  # what a new draft starts with
    choices_are_fixed: bool
    voting_period: Seconds
    notice_business_days: int
    pass_rule: PassRule
    quorum: Decimal | None  # in the unit of scores; `None`: what the space says


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a community has decided; one value, stored and read as a whole."""

    preset: str
    reference_prefix: str
    support_emoji: str
    support_threshold: int  # members
    author_counts: bool
    minimum_discussion: Seconds
    temperature: StepPolicy
    consensus: StepPolicy
    no_change_choice: str
    closing_soon_lead: Seconds  # before a vote ends
    grace_ending_lead: Seconds  # before the grace period ends
    time_zone: str
    confirmations: int  # blocks on top of a block before it is believed

    def step(self, step: Step) -> StepPolicy:
        """Say what this community wants of the given vote."""
        return self.temperature if step is Step.TEMPERATURE else self.consensus


NO_CHANGE = "Make no change"

BRAINTRUST = Policy(
    preset="braintrust",
    reference_prefix="BTRST",
    support_emoji="👍",
    support_threshold=10,
    author_counts=False,
    minimum_discussion=Seconds(2 * DAY),
    temperature=StepPolicy(
        name="Temperature Check",
        title_prefix="[Temperature Check] - ",
        voting_type=VotingType.SINGLE_CHOICE,
        choices=("Yes", "No"),
        choices_are_fixed=True,
        voting_period=Seconds(3 * DAY),
        notice_business_days=2,
        pass_rule=PassRule.MAJORITY,
        quorum=None,
    ),
    consensus=StepPolicy(
        name="Consensus Check",
        title_prefix="[Consensus Check] - ",
        voting_type=VotingType.SINGLE_CHOICE,
        choices=("Make the change", NO_CHANGE),
        choices_are_fixed=False,
        voting_period=Seconds(7 * DAY),
        notice_business_days=2,
        pass_rule=PassRule.MOST_VOTES,
        quorum=None,
    ),
    no_change_choice=NO_CHANGE,
    closing_soon_lead=DAY,
    grace_ending_lead=Seconds(3 * DAY),
    time_zone="UTC",
    confirmations=12,
)

PRESETS: dict[str, Policy] = {BRAINTRUST.preset: BRAINTRUST}


def preset(name: str) -> Policy:
    """Give the preset of that name.

    Raises:
        Refusal: There is none; the message names those there are.
    """
    if name not in PRESETS:
        raise Refusal(f"There is no preset “{name}”. There is: {', '.join(sorted(PRESETS))}.")
    return PRESETS[name]
