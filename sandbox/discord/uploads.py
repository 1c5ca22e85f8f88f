"""Files on their way to Discord: from the application or from a person."""

from dataclasses import dataclass
from mimetypes import guess_type
from typing import TYPE_CHECKING, Final

from sandbox.discord.messages import Attachment

if TYPE_CHECKING:
    from sandbox.discord.errors import Json

MOST_BYTES: Final = 10 * 2**20  # of one file, where nobody pays for more


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file; without a `content_type` its name decides."""

    name: str
    content: bytes
    content_type: str | None = None

    @property
    def is_too_large(self) -> bool:
        """Say whether Discord would refuse it for its size."""
        return len(self.content) > MOST_BYTES

    def attached(
        self, attachment_id: int, said: "Json | None" = None, *, ephemeral: bool = False
    ) -> Attachment:
        """Make the attachment of it; `said` is what the body tells about it."""
        told = said or {}
        return Attachment(
            id=attachment_id,
            filename=told.get("filename") or self.name,
            data=self.content,
            content_type=self.content_type
            or guess_type(self.name)[0]
            or "application/octet-stream",
            description=told.get("description"),
            ephemeral=ephemeral,
        )
