"""Domain values to JSON text and back; the type says the shape, so a value comes back equal."""

from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter

from bot.domain.deadlines.entry import Entry
from bot.domain.drafting.draft import Draft
from bot.domain.errand import PageErrand
from bot.domain.implementation import Implementation
from bot.domain.offchain.snapshot import ScorePoint, SnapshotProposal, Space, SpaceLimits
from bot.domain.onchain.contract import ContractFacts
from bot.domain.onchain.event import GovernorEvent
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.operation import Operation
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.proposal import Community, Idea
from bot.domain.review.technical_review import TechnicalReview
from bot.domain.setting_up import SetupChoices
from bot.domain.speech import Speech
from bot.domain.typed import Typed
from bot.domain.types import UserId

Value = TypeVar("Value")


class Codec(Generic[Value]):
    """JSON text for one type of domain value."""

    def __init__(self, adapter: TypeAdapter[Value]) -> None:
        self._adapter = adapter

    def dump(self, value: Value) -> str:
        """Write the value."""
        return self._adapter.dump_json(value).decode()

    def load(self, text: str) -> Value:
        """Read a value that `dump` has written."""
        return self._adapter.validate_json(text)


COAUTHORS: Codec[tuple[UserId, ...]] = Codec(TypeAdapter(tuple[UserId, ...]))
COMMUNITY: Codec[Community] = Codec(TypeAdapter(Community))
DEADLINE_ENTRY: Codec[Entry] = Codec(TypeAdapter(Entry))
CONTRACT_FACTS: Codec[ContractFacts] = Codec(TypeAdapter(ContractFacts))
DRAFT: Codec[Draft] = Codec(TypeAdapter(Draft))
GOVERNOR: Codec[Governor] = Codec(TypeAdapter(Governor))
GOVERNOR_EVENT: Codec[GovernorEvent] = Codec(
    TypeAdapter(Annotated[GovernorEvent, Field(discriminator="kind")])
)
GOVERNOR_PROPOSAL: Codec[GovernorProposal] = Codec(TypeAdapter(GovernorProposal))
OPERATION: Codec[Operation] = Codec(TypeAdapter(Operation))
IDEA: Codec[Idea] = Codec(TypeAdapter(Idea))
IMPLEMENTATION: Codec[Implementation] = Codec(TypeAdapter(Implementation))
PAGE_ERRAND: Codec[PageErrand] = Codec(
    TypeAdapter(Annotated[PageErrand, Field(discriminator="kind")])
)
SCORE_POINT: Codec[ScorePoint] = Codec(TypeAdapter(ScorePoint))
SETUP_CHOICES: Codec[SetupChoices] = Codec(TypeAdapter(SetupChoices))
SNAPSHOT_PROPOSAL: Codec[SnapshotProposal] = Codec(TypeAdapter(SnapshotProposal))
SPACE: Codec[Space] = Codec(TypeAdapter(Space))
SPACE_LIMITS: Codec[SpaceLimits] = Codec(TypeAdapter(SpaceLimits))
TECHNICAL_REVIEW: Codec[TechnicalReview] = Codec(TypeAdapter(TechnicalReview))
TYPED: Codec[Typed] = Codec(TypeAdapter(Annotated[Typed, Field(discriminator="kind")]))
SPEECH: Codec[Speech] = Codec(TypeAdapter(Annotated[Speech, Field(discriminator="kind")]))
