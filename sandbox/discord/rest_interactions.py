"""Answers to interactions: the first one, and what follows it on the token."""

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.discord import posting
from sandbox.discord.calls import Answer
from sandbox.discord.component_limits import check_modal
from sandbox.discord.drafting import read_change, read_draft
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.forms import Form
from sandbox.discord.interactions import (
    ANSWER,
    AUTOCOMPLETE,
    CHOICES,
    DEFER,
    DEFER_UPDATE,
    MODAL,
    MODAL_SUBMIT,
    UPDATE,
    Interaction,
)
from sandbox.discord.mentions import USERS_ONLY
from sandbox.discord.messages import EPHEMERAL, LOADING, Message
from sandbox.discord.rendering import shown_components

if TYPE_CHECKING:
    from sandbox.discord.calls import Call
    from sandbox.discord.posting import Draft


def respond(call: "Call") -> Answer:
    """Take the first answer to an interaction."""
    interaction = call.state.interactions.get(call.params["token"])
    if interaction is None or interaction.id != call.id("interaction_id"):
        raise ApiError(10062)
    body = call.form
    kind = int(body.get("type") or 0)
    _require_fitting(interaction, kind)
    data = body.get("data") or {}
    effect = _EFFECTS[kind]
    if interaction.acknowledged is None:
        _check(call, interaction, data, kind)
    interaction.acknowledge(kind)
    effect(call, interaction, data)
    call.state.changes.notify()
    if call.query.get("with_response", "").lower() not in ("1", "true"):
        return Answer(status=204)
    return Answer(status=200, body=_response(interaction, kind))


def _require_fitting(interaction: Interaction, kind: int) -> None:
    fits = {CHOICES} if interaction.kind == AUTOCOMPLETE else {ANSWER, DEFER, MODAL}
    if interaction.kind == MODAL_SUBMIT:
        fits = {ANSWER, DEFER}
    if interaction.message is not None:
        fits |= {DEFER_UPDATE, UPDATE}
    form = Form()
    form.one_of(("type",), kind, sorted(fits))
    form.check()


def _check(call: "Call", interaction: Interaction, data: Json, kind: int) -> None:
    """Check what the answer carries before it counts as the first answer."""
    form = Form("data")
    if kind == MODAL:
        check_modal(form, data)
    elif kind == CHOICES:
        form.items(("choices",), data.get("choices") or (), 25)
        for index, choice in enumerate(data.get("choices") or ()):
            form.text(("choices", index, "name"), choice.get("name"), 100, shortest=1)
    elif kind == ANSWER:
        read_draft(call, data, under=("data",))
    elif kind == UPDATE and interaction.message is not None:
        read_change(call, data, interaction.message, under=("data",))
    form.check()


def _answer(call: "Call", interaction: Interaction, data: Json) -> None:
    draft = read_draft(call, data, allowed=USERS_ONLY, under=("data",))
    interaction.original = _post(call, interaction, draft)
    interaction.answered = True


def _defer(call: "Call", interaction: Interaction, data: Json) -> None:
    flags = LOADING | (int(data.get("flags") or 0) & EPHEMERAL)
    interaction.original = _post(call, interaction, posting.Draft(flags=flags))


def _defer_update(_call: "Call", interaction: Interaction, _data: Json) -> None:
    interaction.original = interaction.message


def _update(call: "Call", interaction: Interaction, data: Json) -> None:
    assert interaction.message is not None, "only components can be updated"
    changed = read_change(call, data, interaction.message, under=("data",))
    posting.edit(call.state, interaction.message, changed)
    interaction.original = interaction.message
    interaction.answered = True


def _choices(_call: "Call", interaction: Interaction, data: Json) -> None:
    interaction.choices = data.get("choices") or []
    interaction.answered = True


def _modal(call: "Call", interaction: Interaction, data: Json) -> None:
    shown = shown_components(data["components"], call.state.snowflakes.take)
    interaction.modal = {**data, "components": shown}
    interaction.answered = True


_EFFECTS = {
    ANSWER: _answer,
    DEFER: _defer,
    DEFER_UPDATE: _defer_update,
    UPDATE: _update,
    CHOICES: _choices,
    MODAL: _modal,
}


def _post(call: "Call", interaction: Interaction, draft: "Draft") -> Message:
    is_private = bool(draft.flags & EPHEMERAL)
    source = interaction.message
    reply_type = interaction.reply_type()
    whole = replace(
        draft,
        type=reply_type,
        replies_to=source if reply_type == 19 else None,
        webhook_id=call.bot.id,
        interaction=interaction.metadata(),
        ephemeral_to=interaction.member.user if is_private else None,
    )
    return posting.post(call.state, interaction.place, call.bot, whole)


def _response(interaction: Interaction, kind: int) -> Json:
    said: Json = {"id": str(interaction.id), "type": interaction.kind}
    message = interaction.original
    if message is not None:
        said |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.ephemeral_to is not None,
        }
    if message is None or kind not in (ANSWER, UPDATE):
        return {"interaction": said}
    return {"interaction": said, "resource": {"type": kind, "message": message.payload()}}


def follow_up(call: "Call") -> Answer:
    """Send one more message; the first after a defer becomes the deferred answer itself."""
    interaction = _alive(call)
    original = interaction.original
    draft = read_draft(call, call.form, allowed=USERS_ONLY)
    if original is not None and original.is_loading:
        posting.edit(call.state, original, read_change(call, call.form, original))
        message = original
    else:
        message = _post_more(call, interaction, draft)
        interaction.followups.append(message)
    interaction.answered = True
    call.state.changes.notify()
    waits = call.query.get("wait", "").lower() in ("1", "true")
    return Answer(status=200, body=message.payload()) if waits else Answer(status=204)


def _post_more(call: "Call", interaction: Interaction, draft: "Draft") -> Message:
    original = interaction.original
    is_private = bool(draft.flags & EPHEMERAL)
    whole = replace(
        draft,
        type=0 if original is None else 19,
        replies_to=original,
        webhook_id=call.bot.id,
        interaction=interaction.metadata(),
        ephemeral_to=interaction.member.user if is_private else None,
    )
    return posting.post(call.state, interaction.place, call.bot, whole)


def get_answer(call: "Call") -> Json:
    """Give an answer that was sent on the token."""
    return _answered(call, _alive(call)).payload()


def edit_answer(call: "Call") -> Json:
    """Edit an answer; the deferred one becomes visible with that."""
    interaction = _alive(call)
    message = _answered(call, interaction)
    posting.edit(call.state, message, read_change(call, call.form, message))
    interaction.answered = True
    call.state.changes.notify()
    return message.payload()


def delete_answer(call: "Call") -> None:
    """Delete an answer."""
    interaction = _alive(call)
    posting.delete(call.state, _answered(call, interaction))
    interaction.answered = True
    call.state.changes.notify()


def _alive(call: "Call") -> Interaction:
    interaction = call.state.interactions.get(call.params["token"])
    if interaction is None or call.id("webhook_id") != call.bot.id:
        raise ApiError(10015)
    interaction.require_alive(call.state.clock.now_ms())
    return interaction


def _answered(call: "Call", interaction: Interaction) -> Message:
    wanted = call.params["message_id"]
    sent = [interaction.original, *interaction.followups]
    for message in sent:
        if message is None or message.deleted:
            continue
        if str(message.id) == wanted or (wanted == "@original" and message is sent[0]):
            return message
    raise ApiError(10008)
