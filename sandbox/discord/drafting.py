"""From the body of a request to a message, checked."""

from typing import TYPE_CHECKING

from sandbox.discord.channels import Channel, ChannelType, Thread
from sandbox.discord.errors import ApiError, FormError, Json
from sandbox.discord.forms import Form
from sandbox.discord.limits import check_message
from sandbox.discord.mentions import ALL_MENTIONS, AllowedMentions
from sandbox.discord.messages import COMPONENTS_V2, EPHEMERAL, Attachment, Message
from sandbox.discord.permissions import Permission, permissions_in, require
from sandbox.discord.posting import Changed, Draft
from sandbox.discord.rendering import shown_components, shown_embed

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.guilds import Member

# SUPPRESS_EMBEDS, EPHEMERAL, SUPPRESS_NOTIFICATIONS and IS_COMPONENTS_V2 may be sent.
_SENDABLE = 1 << 2 | EPHEMERAL | 1 << 12 | COMPONENTS_V2

_SPOKEN_IN = (ChannelType.TEXT, ChannelType.NEWS, ChannelType.DM)


def read_draft(
    call: "Call",
    body: Json,
    *,
    allowed: AllowedMentions = ALL_MENTIONS,
    under: tuple[str, ...] = (),
) -> Draft:
    """Read a message to be sent; `under` is where it sits in the whole body.

    Raises:
        FormError: with everything that does not fit.
        ApiError: 50006 if there is nothing in it.
    """
    form = Form(*under)
    check_message(form, body)
    form.check()
    attachments = _uploads(call, body)
    parts = ("content", "embeds", "components", "poll", "sticker_ids")
    if not attachments and not any(body.get(part) for part in parts):
        raise ApiError(50006)
    nonce = body.get("nonce")
    return Draft(
        content=(body.get("content") or "").strip(),
        embeds=[shown_embed(embed) for embed in body.get("embeds") or []],
        components=shown_components(body.get("components") or [], call.state.snowflakes.take),
        attachments=attachments,
        flags=(body.get("flags") or 0) & _SENDABLE,
        tts=bool(body.get("tts")),
        nonce=None if nonce is None else str(nonce),
        allowed=AllowedMentions.parse(body, allowed),
    )


def read_change(call: "Call", body: Json, message: Message, under: tuple[str, ...] = ()) -> Changed:
    """Read an edit of a message.

    Without `allowed_mentions` everything may be mentioned again, whatever the message said first.

    Raises:
        FormError: with everything that does not fit.
        ApiError: 50006 if nothing would be left.
    """
    form = Form(*under)
    stays_v2 = message.flags & COMPONENTS_V2
    check_message(form, {**body, "flags": (body.get("flags") or 0) | stays_v2})
    form.check()
    changed = Changed(
        content=(body["content"] or "").strip() if "content" in body else None,
        embeds=[shown_embed(e) for e in body["embeds"] or []] if "embeds" in body else None,
        components=(
            shown_components(body["components"] or [], call.state.snowflakes.take)
            if "components" in body
            else None
        ),
        attachments=_kept(call, body, message),
        flags=_flags(body, message),
        allowed=AllowedMentions.parse(body, ALL_MENTIONS),
    )
    _require_something(message, changed)
    return changed


def _flags(body: Json, message: Message) -> int | None:
    sent = body.get("flags")
    if sent is None:
        return None
    settable = 1 << 2 | COMPONENTS_V2
    kept = message.flags & ~(1 << 2)
    return int(kept | (int(sent) & settable))


def _require_something(message: Message, changed: Changed) -> None:
    for part in ("content", "embeds", "components", "attachments"):
        new = getattr(changed, part)
        if getattr(message, part) if new is None else new:
            return
    raise ApiError(50006)


def _kept(call: "Call", body: Json, message: Message) -> list[Attachment] | None:
    if "attachments" not in body:
        return [*message.attachments, *_uploads(call, body)] if call.files else None
    named = {str(entry["id"]) for entry in body["attachments"] or []}
    kept = [attachment for attachment in message.attachments if str(attachment.id) in named]
    return [*kept, *_uploads(call, body)]


def _uploads(call: "Call", body: Json) -> list[Attachment]:
    said = {str(entry.get("id")): entry for entry in body.get("attachments") or []}
    if any(upload.is_too_large for upload in call.files.values()):
        raise ApiError(40005)
    take = call.state.snowflakes.take
    return [
        upload.attached(take(), said.get(str(index)))
        for index, upload in sorted(call.files.items())
    ]


def require_may_send(member: "Member", place: Channel | Thread, draft: Draft) -> None:
    """Refuse what the member may not send there.

    Raises:
        ApiError: 50001, 50013, 50008 in a forum, 160005 in a locked thread.
    """
    is_thread = isinstance(place, Thread)
    needed = [Permission.SEND_MESSAGES_IN_THREADS if is_thread else Permission.SEND_MESSAGES]
    if draft.embeds:
        needed.append(Permission.EMBED_LINKS)
    if draft.attachments:
        needed.append(Permission.ATTACH_FILES)
    require(member, place, *needed)
    if isinstance(place, Channel) and place.type not in _SPOKEN_IN:
        raise ApiError(50008)
    require_unlocked(member, place)


def require_unlocked(member: "Member", place: Channel | Thread) -> None:
    """Refuse to write or edit in a locked thread; only those who manage threads do.

    Editing was tried on Discord: https://github.com/discordjs/discord.js/pull/9216.

    Raises:
        ApiError: 160005.
    """
    if not isinstance(place, Thread) or not place.locked:
        return
    if not permissions_in(member, place) & Permission.MANAGE_THREADS:
        raise ApiError(160005)


def require_awake(place: Channel | Thread) -> None:
    """Refuse to change anything inside an archived thread.

    Raises:
        ApiError: 50083.
    """
    if isinstance(place, Thread) and place.archived:
        raise ApiError(50083)


def read_reply(call: "Call", place: Channel | Thread, body: Json) -> Message | None:
    """Find the message that a new one answers.

    Raises:
        FormError: if it is gone and `fail_if_not_exists` was not switched off.
    """
    reference = body.get("message_reference")
    if not reference or reference.get("type", 0) != 0:
        return None
    try:
        return call.state.message(place, int(reference["message_id"]))
    except ApiError:
        if not reference.get("fail_if_not_exists", True):
            return None
    unknown = {"code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message"}
    raise FormError({"message_reference": {"_errors": [unknown]}})
