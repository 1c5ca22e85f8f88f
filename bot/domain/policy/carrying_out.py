"""The values of a policy about carrying a decision out: its review, and who implements it."""

from bot.domain.policy import DAY, MINUTE, NONE
from bot.domain.policy.kinds import Duration, YesNo
from bot.domain.policy.row import PolicyValue, value_row
from bot.domain.policy.text_kinds import Role, Several, Words
from bot.domain.types import Seconds

CHECK_LIMIT = 60  # characters of a line of a checklist

CARRYING_OUT: tuple[PolicyValue, ...] = (
    value_row(
        "review.checks",
        "review_checks",
        "What the technical review of a queued proposal checks; each line is signed by somebody.",
        Several(Words(1, CHECK_LIMIT), 0, 10),
    ),
    value_row(
        "review.roles",
        "review_roles",
        "Who may sign those checks beside the moderators: members with one of these roles.",
        Several(Role(), 0, 20),
    ),
    value_row(
        "review.reminder",
        "review_lead",
        "How long before a queued proposal can be executed moderators hear which checks are open.",
        Duration(NONE, Seconds(30 * DAY)),
    ),
    value_row(
        "implementation.reminders",
        "implementation_leads",
        "How long before its date people are reminded of what has to be carried out off chain.",
        Several(Duration(MINUTE, Seconds(90 * DAY)), 0, 4),
    ),
    value_row(
        "implementation.by_implementer",
        "implementer_reports",
        "Whether the member who carries a decision out may say that it is done.",
        YesNo(),
    ),
)
