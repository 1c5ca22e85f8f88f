"""What Discord says when it refuses, and what a person is told in the client."""

from typing import Any, Final

from typing_extensions import override

Json = dict[str, Any]

# code: (status, message). Source: Discord docs, "Opcodes and Status Codes", JSON error codes.
_MESSAGES: Final[dict[int, tuple[int, str]]] = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10070: (404, "Unknown Guild Scheduled Event"),
    10009: (404, "Unknown Permission Overwrite"),
    30003: (400, "Maximum number of pins reached for the channel (250)"),
    30010: (400, "Maximum number of reactions reached (20)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    30013: (400, "Maximum number of guild channels reached (500)"),
    30038: (400, "Maximum number of uncompleted guild scheduled events reached (100)"),
    30047: (400, "Maximum number of pinned threads in a forum channel has been reached"),
    40001: (401, "Unauthorized"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40061: (400, "Tag names must be unique"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50021: (403, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50033: (400, "Invalid Recipient(s)"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    180000: (400, "Cannot update a finished event"),
}


class ApiError(Exception):
    """A request that Discord refuses; nothing was changed."""

    def __init__(self, code: int, *, status: int | None = None, message: str | None = None) -> None:
        known_status, known_message = _MESSAGES.get(code, (400, "Bad Request"))
        self.code = code
        self.status = status or known_status
        self.message = message or known_message
        super().__init__(f"{self.code}: {self.message}")

    def payload(self) -> Json:
        """Say it as the body of a response."""
        return {"message": self.message, "code": self.code}


class FormError(ApiError):
    """A body outside the documented limits: 50035 with one list of errors for each field."""

    def __init__(self, errors: Json) -> None:
        super().__init__(50035, status=400, message="Invalid Form Body")
        self.errors = errors

    @override
    def payload(self) -> Json:
        """Say it with the tree of what is wrong where."""
        return {**super().payload(), "errors": self.errors}


class RateLimitedError(ApiError):
    """Too many requests: 429 with how long to wait."""

    def __init__(self, retry_after: float, *, scope: str, code: int = 0) -> None:
        said = (
            "Maximum number of edits to messages older than 1 hour reached. Try again later"
            if code
            else "You are being rate limited."
        )
        super().__init__(code, status=429, message=said)
        self.retry_after = max(0.001, round(retry_after, 3))
        self.scope = scope

    @override
    def payload(self) -> Json:
        """Say it with the seconds to wait."""
        is_global = self.scope == "global"
        return {**super().payload(), "retry_after": self.retry_after, "global": is_global}


class NotAllowedError(Exception):
    """Discord's client would not let this person do that."""


class NoAnswerError(Exception):
    """The application did not respond."""
