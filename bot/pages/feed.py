"""The calendars that apps subscribe to: one file a server, under an address nobody guesses."""

from hashlib import blake2s
from http import HTTPStatus

from aiohttp import ETag, web

from bot.domain.errors import Refusal
from bot.pages.guard import BadRequestError, Guard
from bot.services.deadlines import CalendarFile, Deadlines

_FRESH_SECONDS = 900  # an app need not ask again so soon
_NOT_FOUND = "There is no calendar at this address. Ask for it anew in Discord: /calendar."


class Feed:
    """Answers calendar apps; what is wrong with an address is told to nobody."""

    def __init__(self, deadlines: Deadlines, guard: Guard) -> None:
        self._deadlines = deadlines
        self._guard = guard

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Give the paths under a prefix."""
        return [web.get(f"{prefix}/calendar/{{name}}.ics", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            self._guard.check_pace(request)
            file = await self._deadlines.at_address(request.match_info["name"])
        except BadRequestError as error:
            return web.Response(status=error.status.value, text=str(error))
        except Refusal:  # The server uses Assent no longer.
            file = None
        if file is None:
            return web.Response(status=HTTPStatus.NOT_FOUND.value, text=_NOT_FOUND)
        return _answer_with(file, request)


def _answer_with(file: CalendarFile, request: web.Request) -> web.Response:
    """Give the file, or say that it is still the one the app has."""
    body = file.text.encode()
    digest = blake2s(body, digest_size=16).hexdigest()
    known = {each.value for each in request.if_none_match or ()}
    if {digest, "*"} & known:
        answer = web.Response(status=HTTPStatus.NOT_MODIFIED.value)
    else:
        answer = web.Response(body=body, content_type="text/calendar", charset="utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="deadlines.ics"'
    answer.etag = ETag(value=digest)
    answer.last_modified = int(file.changed_at) or None
    answer.headers["Cache-Control"] = f"private, max-age={_FRESH_SECONDS}"
    return answer
