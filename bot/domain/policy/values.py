"""Every value of a policy by the name people type, with what it means and how it is written.

One table: whatever shows, sets, offers, exports or imports a policy reads it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2s

from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import CHOICE_LIMIT, VotingType
from bot.domain.policy import DAY, HOUR, MINUTE, NONE, PRESETS, PassRule, Policy, Step, VoteMoment
from bot.domain.policy.carrying_out import CARRYING_OUT
from bot.domain.policy.conflicts import conflicts
from bot.domain.policy.kinds import Duration, Kind, OneOf, Percent, Quorum, WholeNumber, YesNo
from bot.domain.policy.row import PolicyValue, value_row
from bot.domain.policy.text_kinds import Emoji, Pattern, Role, Several, Words
from bot.domain.text import line
from bot.domain.types import Seconds

PREFIX_LIMIT = 56  # so that the longest title of an idea still fits behind it
_ZONES = (
    *("UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles"),
    *("America/Sao_Paulo", "Africa/Lagos", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo"),
)
_STEPS: dict[str, tuple[Step, ...]] = {
    "none": (),
    "consensus": (Step.CONSENSUS,),
    "temperature, consensus": (Step.TEMPERATURE, Step.CONSENSUS),
}


def _step_rows(step: Step, vote: str) -> Iterator[PolicyValue]:
    rows: tuple[tuple[str, str, str, Kind], ...] = (
        ("name", "name", f"What the {vote} is called.", Words(1, 40)),
        (
            "title_prefix",
            "title_prefix",
            (
                f"What every title of a {vote} on Snapshot begins with; typed in quotation marks, "
                "so that a space at its end counts."
            ),
            Words(0, PREFIX_LIMIT),
        ),
        (
            "voting_type",
            "voting_type",
            f"Snapshot's voting system for a {vote}.",
            OneOf({each.value: each for each in VotingType}),
        ),
        (
            "choices",
            "choices",
            f"The choices a new draft of a {vote} starts with.",
            Several(Words(1, CHOICE_LIMIT), 2, 20),
        ),
        (
            "choices_are_fixed",
            "choices_are_fixed",
            f"Whether every {vote} has exactly these choices.",
            YesNo(),
        ),
        (
            "voting_period",
            "voting_period",
            f"How long a {vote} is open.",
            Duration(HOUR, Seconds(180 * DAY)),
        ),
        (
            "notice",
            "notice_business_days",
            f"How many business days before its opening a {vote} is announced.",
            WholeNumber(0, 30),
        ),
        (
            "pass_rule",
            "pass_rule",
            (
                f"When a {vote} passes: “majority”, the first choice has more than all others "
                "together; “most votes”, any choice but the one for no change leads; “at least” "
                "and “more than”, the first choice has the threshold and leads."
            ),
            OneOf({each.value: each for each in PassRule}),
        ),
        (
            "threshold",
            "threshold",
            f"The share that “at least” and “more than” ask for in a {vote}; else it rests.",
            Percent(),
        ),
        (
            "abstain_counts",
            "abstain_counts",
            f"Whether votes for “Abstain” count in a {vote}, in shares and in what was cast.",
            YesNo(),
        ),
        (
            "quorum",
            "quorum",
            (
                f"How much has to be cast for a {vote} to count: in the space's voting power, or "
                "as a share of its token's supply."
            ),
            Quorum(),
        ),
    )
    for name, field, means, kind in rows:
        yield value_row(f"{step}.{name}", f"{step}.{field}", means, kind)


VALUES: tuple[PolicyValue, ...] = (
    value_row(
        "preset",
        "preset",
        "The rules this server began with: a name alone, which changes no other value.",
        OneOf({name: name for name in PRESETS}),
    ),
    value_row(
        "reference_prefix",
        "reference_prefix",
        "What the references of new proposals begin with, as in BTRST-12.",
        Pattern(r"[A-Z][A-Z0-9]{0,9}", "1 to 10 capital letters and digits, a letter first"),
    ),
    value_row(
        "time_zone",
        "time_zone",
        "The time zone in which business days count.",
        Words(1, 64, _ZONES),
    ),
    value_row(
        "ideas.open",
        "takes_ideas",
        "Whether members can speak ideas here; if not, Assent only watches.",
        YesNo(),
    ),
    value_row(
        "ideas.topics",
        "topics",
        "What an idea may be about; with none, nobody is asked.",
        Several(Words(1, 20), 0, 12),
    ),
    value_row(
        "ideas.forum_posts",
        "forum_posts_are_ideas",
        "Whether every new post in a forum of ideas becomes an idea.",
        YesNo(),
    ),
    value_row(
        "ideas.cooldown",
        "idea_cooldown",
        "How long a member waits between two ideas.",
        Duration(NONE, Seconds(30 * DAY)),
    ),
    value_row(
        "ideas.limit",
        "open_ideas_limit",
        "How many ideas of one member may gather support at a time; 0 is no limit.",
        WholeNumber(0, 100),
    ),
    value_row(
        "ideas.board_size",
        "board_size",
        "How many ideas the pinned board shows; 0 is no board.",
        WholeNumber(0, 25),
    ),
    value_row(
        "ideas.minimum_discussion",
        "minimum_discussion",
        "How long an idea is discussed at least before it can be promoted.",
        Duration(NONE, Seconds(180 * DAY)),
    ),
    value_row(
        "ideas.calls_author",
        "author_is_called",
        "Whether authors are mentioned in the thread when the status of their idea changes.",
        YesNo(),
    ),
    value_row("support.emoji", "support_emoji", "The reaction that is support.", Emoji()),
    value_row(
        "support.opposition_emoji",
        "opposition_emoji",
        "The reaction that is counted beside support and decides nothing.",
        Emoji(may_be_empty=True),
    ),
    value_row(
        "support.threshold",
        "support_threshold",
        "How many members have to support an idea until it is ready.",
        WholeNumber(1, 100_000),
    ),
    value_row(
        "support.author_counts",
        "author_counts",
        "Whether the author's own reaction counts.",
        YesNo(),
    ),
    value_row(
        "support.roles",
        "supporter_roles",
        "Who counts as a supporter: members with one of these roles; with none, everybody does.",
        Several(Role(), 0, 20),
    ),
    value_row(
        "support.minimum_membership",
        "minimum_membership",
        "How long a member has to have been in this server to count.",
        Duration(NONE, Seconds(365 * DAY)),
    ),
    value_row(
        "drafts.sections",
        "sections",
        "The headings of a draft, in order; with none, a draft is one text.",
        Several(Words(1, 60), 0, 15),
    ),
    value_row(
        "drafts.approvers",
        "approvers",
        "How many moderators have to approve a draft before its vote is announced.",
        WholeNumber(0, 2),
    ),
    value_row("votes.steps", "steps", "Which votes off chain there are.", OneOf(_STEPS)),
    *_step_rows(Step.TEMPERATURE, "temperature check"),
    *_step_rows(Step.CONSENSUS, "consensus check"),
    value_row(
        "votes.no_change_choice",
        "no_change_choice",
        "The choice of a consensus check that changes nothing: if it wins, nothing has passed.",
        Words(1, CHOICE_LIMIT),
    ),
    value_row(
        "votes.closing_soon",
        "closing_soon_leads",
        "How long before its end people are reminded of a vote; several times, if several.",
        Several(Duration(MINUTE, Seconds(30 * DAY)), 0, 4),
    ),
    value_row(
        "votes.adopted",
        "adopts_votes",
        "Whether votes that are made in your Snapshot space outside of Assent are told about here.",
        YesNo(),
    ),
    value_row(
        "votes.silent",
        "silent_news",
        "Which moments of a vote off chain are not announced; its tally shows them all the same.",
        Several(OneOf({each.value: each for each in VoteMoment}), 0, len(VoteMoment)),
    ),
    value_row(
        "chain.large_votes",
        "large_vote_share",
        (
            "What share of the quorum a vote on chain has to have to be told about by itself, with "
            "its reason; none is told about without a share."
        ),
        Percent(),
    ),
    value_row(
        "chain.not_queued",
        "unqueued_after",
        (
            "How long after it has passed on chain people are told that nobody has queued a "
            "proposal yet; they are not, if it is none."
        ),
        Duration(NONE, Seconds(30 * DAY)),
    ),
    value_row(
        "chain.grace_ending",
        "grace_ending_leads",
        (
            "How long before the grace period of a queued proposal ends people are warned; several "
            "times, if several."
        ),
        Several(Duration(MINUTE, Seconds(30 * DAY)), 0, 4),
    ),
    value_row(
        "chain.confirmations",
        "confirmations",
        "How many blocks have to lie on top of a block before it is believed.",
        WholeNumber(0, 1_000),
    ),
    value_row(
        "calendar.events",
        "calendar_events",
        "Whether deadlines stand in this server's own list of events; /calendar has them anyway.",
        YesNo(),
    ),
    *CARRYING_OUT,
)
_BY_NAME = {row.name: row for row in VALUES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A value that is not the same in two policies, written as people type it."""

    row: PolicyValue
    before: str
    after: str


def named(name: str) -> PolicyValue:
    """Give the row of that name.

    Raises:
        Refusal: There is none.
    """
    row = _BY_NAME.get(name.strip().casefold())
    if row is None:
        raise Refusal(
            f"The policy has no value “{line(name, 60)}”. "
            "Pick one from the list that appears while you type, or see /governance policy show."
        )
    return row


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """Give every value that changes from one policy to the other, in the table's order."""
    return tuple(
        Difference(row=row, before=row.written(before), after=row.written(after))
        for row in VALUES
        if row.of(before) != row.of(after)
    )


def changed(policy: Policy, name: str, text: str) -> Policy:
    """Give the policy with one value changed.

    Raises:
        Refusal: There is no such value, the text is none, or it does not go with the others.
    """
    row = named(name)
    try:
        value = row.kind.read(text)
    except Refusal as refusal:
        raise Refusal(f"{row.name} {refusal}. Nothing was changed.") from None
    after = row.set_in(policy, value)
    new = [each for each in problems(after) if each not in problems(policy)]
    if new:
        raise Refusal("\n".join([f"{row.name} cannot be changed so:", *map(_item, new)]))
    return after


def _item(problem: str) -> str:
    return f"- {problem}"


def problems(policy: Policy) -> list[str]:
    """List what is wrong with a policy: values out of bounds, and values that do not agree."""
    return [*_out_of_bounds(policy), *conflicts(policy)]


def _out_of_bounds(policy: Policy) -> Iterator[str]:
    for row in VALUES:
        try:
            row.kind.read(row.written(policy))
        except Refusal as refusal:
            yield f"{row.name} {refusal}."


def fingerprint(*policies: Policy) -> str:
    """Give a short code that is the same only for the same values."""
    values = [row.written(policy) for policy in policies for row in VALUES]
    return blake2s("\n".join(values).encode(), digest_size=8).hexdigest()
