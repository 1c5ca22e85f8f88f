"""What fits into a message: text and embeds. Source: Discord docs, message and embed limits."""

from typing import Any, Final

from sandbox.discord.component_limits import check_components
from sandbox.discord.errors import Json
from sandbox.discord.forms import Form, Path
from sandbox.discord.messages import COMPONENTS_V2

CONTENT: Final = 2000
EMBEDS_TOTAL: Final = 6000
EMBEDS: Final = 10
FIELDS: Final = 25
NONCE: Final = 25
ATTACHMENTS: Final = 10

_EMBED_TEXTS: Final = (
    (("title",), 256),
    (("description",), 4096),
    (("footer", "text"), 2048),
    (("author", "name"), 256),
)


def check_message(form: Form, body: Json) -> None:
    """Check the parts a body for sending or editing a message may have."""
    form.text(("content",), body.get("content"), CONTENT)
    nonce = body.get("nonce")
    form.text(("nonce",), None if nonce is None else str(nonce), NONCE)
    form.items(("attachments",), body.get("attachments") or (), ATTACHMENTS)
    check_embeds(form, body.get("embeds") or [])
    is_v2 = bool((body.get("flags") or 0) & COMPONENTS_V2)
    check_components(form, body.get("components") or [], is_v2=is_v2)
    if is_v2:
        _check_v2_alone(form, body)


def _check_v2_alone(form: Form, body: Json) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(key):
            said = "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong(
                (key,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                said.replace("content", key),
            )


def check_embeds(form: Form, embeds: list[Json]) -> None:
    """Check each embed, and the sum of all their texts."""
    form.items(("embeds",), embeds, EMBEDS)
    for index, embed in enumerate(embeds):
        _check_embed(form, ("embeds", index), embed)
    if sum(map(embed_size, embeds)) > EMBEDS_TOTAL:
        said = f"Embed size exceeds maximum size of {EMBEDS_TOTAL}"
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", said)


def embed_size(embed: Json) -> int:
    """Count the characters of an embed that count together."""
    texts = [_dig(embed, path) for path, _ in _EMBED_TEXTS]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(str(text).strip()) for text in texts if text is not None)


def _check_embed(form: Form, path: Path, embed: Json) -> None:
    for keys, longest in _EMBED_TEXTS:
        form.text((*path, *keys), _dig(embed, keys), longest)
    fields = embed.get("fields") or []
    form.items((*path, "fields"), fields, FIELDS)
    for index, field in enumerate(fields):
        form.text((*path, "fields", index, "name"), field.get("name"), 256, shortest=1)
        form.text((*path, "fields", index, "value"), field.get("value"), 1024, shortest=1)
    for keys in (("url",), ("image", "url"), ("thumbnail", "url"), ("author", "url")):
        _check_url(form, (*path, *keys), _dig(embed, keys))


def _check_url(form: Form, path: Path, url: Any) -> None:
    schemes = ("http://", "https://", "attachment://")
    if url and not str(url).startswith(schemes):
        said = 'Scheme must be one of ("http", "https").'
        form.wrong(path, "URL_TYPE_INVALID_SCHEME", said)


def _dig(tree: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        tree = (tree or {}).get(key)
    return tree
