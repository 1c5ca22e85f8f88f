"""A list that a person asked for: what is in it, in which order, and which of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s

from bot.domain.errors import Refusal
from bot.domain.lifecycle import DRAFTING, GATHERING, NOTICED, VOTING, Phase
from bot.domain.policy import Policy
from bot.domain.text import line, storable
from bot.domain.types import ChannelId, ProposalId, UnixSeconds, UserId

PAGE_SIZE = 10
LAST_PAGE = 99_999  # as far as anybody can turn


class Kind(StrEnum):
    """Which command the list belongs to."""

    IDEAS = "ideas"
    PROPOSALS = "proposals"


class Status(StrEnum):
    """Phases as people ask for them; each phase is in one, those that take support in two."""

    GATHERING = "gathering"
    READY = "ready"
    DRAFTING = "drafting"
    VOTING = "voting"
    PARKED = "parked"
    ENDED = "ended"
    ALL = "all"


PHASES_OF: dict[Status, frozenset[Phase]] = {
    Status.GATHERING: GATHERING,
    Status.READY: frozenset({Phase.READY}),
    Status.DRAFTING: DRAFTING,
    # To the end of the last vote, which may be on chain; so also what waits to be put there.
    Status.VOTING: NOTICED | VOTING | {Phase.PASSED, Phase.ON_CHAIN},
    Status.PARKED: frozenset({Phase.PARKED}),
    Status.ENDED: frozenset(
        {
            Phase.IMPLEMENTED,
            Phase.REJECTED,
            Phase.WITHDRAWN,
            Phase.MERGED,
            Phase.TEMPERATURE_FAILED,
            Phase.CONSENSUS_FAILED,
        }
    ),
    Status.ALL: frozenset(Phase),
}


class Order(StrEnum):
    """What comes first."""

    SUPPORT = "support"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list shows; its code is all of it, and fits into a button's id of 100 characters."""

    kind: Kind
    standing: Status | Phase = Status.ALL
    order: Order = Order.NEWEST
    author_id: UserId | None = None
    topic_code: str = ""  # `""`: every topic
    page: int = 0  # counted from 0

    @property
    def phases(self) -> frozenset[Phase]:
        """The phases it shows."""
        if isinstance(self.standing, Phase):
            return frozenset({self.standing})
        return PHASES_OF[self.standing]

    @property
    def code(self) -> str:
        """The whole list in a few characters; `listing_of` reads it."""
        author = "" if self.author_id is None else self.author_id
        return f"{self.kind}:{self.standing}:{self.order}:{self.page}:{author}:{self.topic_code}"


MOST_SUPPORTED = Listing(kind=Kind.IDEAS, standing=Status.GATHERING, order=Order.SUPPORT)

CODE = (
    rf"(?P<kind>{'|'.join(Kind)}):(?P<standing>{'|'.join([*Status, *Phase])}):"
    rf"(?P<order>{'|'.join(Order)}):(?P<page>\d{{1,5}}):(?P<author>\d{{0,20}}):"
    r"(?P<topic>[0-9a-f]{8}|)"
)
_LARGEST_ID = 2**63 - 1  # that a column can hold; no member has a larger one


def listing_of(match: Mapping[str, str]) -> Listing:
    """Read a list from the parts that `CODE` names."""
    standing = match["standing"]
    return Listing(
        kind=Kind(match["kind"]),
        standing=Status(standing) if standing in list(Status) else Phase(standing),
        order=Order(match["order"]),
        author_id=UserId(min(int(match["author"]), _LARGEST_ID)) if match["author"] else None,
        topic_code=match["topic"],
        page=int(match["page"]),
    )


def topic_code(topic: str) -> str:
    """Give a topic's name in eight characters, however long it is."""
    name = storable(topic).strip().casefold()
    return blake2s(name.encode(), digest_size=4).hexdigest() if name else ""


def topic_called(code: str, policy: Policy) -> str:
    """Give the community's topic of that code; of none it is `""`.

    Raises:
        Refusal: The community has no such topic (any more).
    """
    if not code:
        return ""
    for topic in policy.topics:
        if topic_code(topic) == code:
            return topic
    there_are = ", ".join(line(topic, 40) for topic in policy.topics) or "none"
    raise Refusal(f"This community has no such topic. There is: {there_are}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of a list: a proposal as it stands, and where its card or thread is."""

    id: ProposalId
    reference: str
    title: str
    phase: Phase
    phase_since: UnixSeconds
    created_at: UnixSeconds
    topic: str
    supporters: int
    thread_id: ChannelId | None
    link: str  # `""` until Discord has the card


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPage:
    """One page of a list, as it reads at this moment."""

    listing: Listing
    topic: str
    rows: tuple[Listed, ...]
    count: int  # on all pages
    threshold: int  # of support

    @property
    def page_count(self) -> int:
        """How many pages there are: at least one, which may be empty."""
        return max(-(-self.count // PAGE_SIZE), 1)
