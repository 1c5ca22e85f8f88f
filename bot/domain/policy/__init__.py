"""A community's policy: every number and rule that a community may decide for itself."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import VotingType
from bot.domain.share import Share, share
from bot.domain.types import RoleId, Seconds

MINUTE = Seconds(60)
HOUR = Seconds(3_600)
DAY = Seconds(86_400)
NONE = Seconds(0)
_QUARTER = share(1, 4)
REVIEW_CHECKS = ("calls", "amounts", "addresses", "simulation")


class Step(StrEnum):
    """The two votes off chain."""

    TEMPERATURE = "temperature"
    CONSENSUS = "consensus"


class PassRule(StrEnum):
    """How the scores of a vote become a result. A tie never passes."""

    MAJORITY = "majority"  # the first choice (yes) has more than all others together
    MOST_VOTES = "most votes"  # a choice other than "no change" has more than every other
    AT_LEAST = "at least"  # the first choice has at least the threshold, and leads
    MORE_THAN = "more than"  # the first choice has more than the threshold, and leads


class VoteMoment(StrEnum):
    """A moment in the life of a vote off chain that people are told of."""

    POSTED = "posted"  # on Snapshot, and not open yet
    OPENED = "opened"
    REMINDER = "reminder"
    CLOSED = "closed"
    EDITED = "edited"
    DELETED = "deleted"


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
    quorum: Decimal | Share | None  # in the unit of scores, or of the supply; `None`: the space's
    threshold: Share | None = None  # what “at least” and “more than” ask for
    abstain_counts: bool = True  # in shares and towards the quorum


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a community has decided; one value, stored and read as a whole."""

    preset: str
    reference_prefix: str

    takes_ideas: bool = True  # `False`: it only watches what others propose
    topics: tuple[str, ...] = ()  # what an idea may be about; empty: nobody is asked
    forum_posts_are_ideas: bool = False  # every new post in a forum of ideas is one
    idea_cooldown: Seconds = NONE  # between two ideas of one member
    open_ideas_limit: int = 0  # ideas of one member that gather support at a time; 0: no limit
    board_size: int = 10  # ideas on the pinned board; 0: there is no board

    support_emoji: str  # a character, or a custom emoji as Discord writes it
    opposition_emoji: str = ""  # counted beside it, decides nothing; `""`: there is none
    support_threshold: int  # members
    author_counts: bool
    supporter_roles: tuple[RoleId, ...] = ()  # one of them is needed to count; empty: none is
    minimum_membership: Seconds = NONE  # how long a member has been here to count
    minimum_discussion: Seconds
    author_is_called: bool = True  # mentioned in the thread when the status changes

    sections: tuple[str, ...] = ()  # of a draft, in order
    approvers: int = 0  # moderators who have to approve a draft before it is published

    steps: tuple[Step, ...] = (Step.TEMPERATURE, Step.CONSENSUS)  # the votes off chain there are
    adopts_votes: bool = True  # votes made in the space outside of Assent are told about as well
    silent_news: tuple[VoteMoment, ...] = ()  # moments of a vote that are not announced
    temperature: StepPolicy
    consensus: StepPolicy
    no_change_choice: str
    closing_soon_leads: tuple[Seconds, ...]  # before a vote ends, the longest first
    grace_ending_leads: tuple[Seconds, ...]  # before a grace period ends, the longest first
    unqueued_after: Seconds = DAY  # that a proposal passed on chain; zero: nobody is told
    large_vote_share: Share | None = _QUARTER  # of the quorum; `None`: no vote is told of
    time_zone: str
    confirmations: int  # blocks on top of a block before it is believed
    calendar_events: bool = False  # deadlines stand in the server's own list of events as well

    review_checks: tuple[str, ...] = REVIEW_CHECKS  # of the technical review in the timelock
    review_roles: tuple[RoleId, ...] = ()  # who may sign them beside the moderators
    review_lead: Seconds = DAY  # before the eta, when moderators are told what is not signed
    implementation_leads: tuple[Seconds, ...] = (Seconds(3 * DAY),)  # before its date
    implementer_reports: bool = True  # whoever was named to carry it out may say that it is done

    @property
    def closing_soon_lead(self) -> Seconds:
        """How long before its end people are first reminded of a vote."""
        return max(self.closing_soon_leads, default=NONE)

    def step(self, step: Step) -> StepPolicy:
        """Say what this community wants of the given vote."""
        return self.temperature if step is Step.TEMPERATURE else self.consensus


NO_CHANGE = "Make no change"
TOPICS = ("fees", "categories", "disputes", "platform rules", "treasury", "other")
SECTIONS = (
    "Summary",
    "Motivation",
    "Specification",
    "Arguments for",
    "Arguments against",
    "Cost",
    "Links",
)

BRAINTRUST = Policy(
    preset="braintrust",
    reference_prefix="BTRST",
    topics=TOPICS,
    support_emoji="👍",
    support_threshold=10,
    author_counts=False,
    minimum_discussion=Seconds(2 * DAY),
    sections=SECTIONS,
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
    closing_soon_leads=(DAY,),
    grace_ending_leads=(Seconds(3 * DAY), DAY),
    time_zone="UTC",
    confirmations=12,
)

SINGLE_VOTE = replace(
    BRAINTRUST,
    preset="single-vote",
    reference_prefix="GOV",
    steps=(Step.CONSENSUS,),
    consensus=replace(
        BRAINTRUST.consensus,
        name="Vote",
        title_prefix="",
        choices=("For", "Against"),
        pass_rule=PassRule.MAJORITY,
    ),
    no_change_choice="Against",
)
ONCHAIN_ONLY = replace(BRAINTRUST, preset="onchain-only", reference_prefix="GOV", steps=())
WATCH_ONLY = replace(
    BRAINTRUST, preset="watch-only", reference_prefix="GOV", steps=(), takes_ideas=False
)
PRESETS: dict[str, Policy] = {
    policy.preset: policy for policy in (BRAINTRUST, SINGLE_VOTE, ONCHAIN_ONLY, WATCH_ONLY)
}


def preset(name: str) -> Policy:
    """Give the preset of that name.

    Raises:
        Refusal: There is none; the message names those there are.
    """
    if name not in PRESETS:
        raise Refusal(f"There is no preset “{name}”. There is: {', '.join(sorted(PRESETS))}.")
    return PRESETS[name]
