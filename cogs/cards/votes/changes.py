"""A vote on Snapshot about to be changed: what a person reads before and after they confirm."""

import discord

from bot.domain.offchain.messages import MessageKind, MessageStatus
from bot.domain.text import line
from bot.services.changes import ChangeState, OfferedDeletion, OfferedEdit
from cogs.cards.buttons import Kept
from cogs.cards.fitting import Colour, Page, embed
from cogs.cards.markup import many, quoted, when
from cogs.cards.proposals.announcements import NO_TITLE, REFERENCE_SHOWN, TITLE_SHOWN

CONFIRM_EDIT = "Change it on Snapshot"
CONFIRM_DELETION = "Delete it on Snapshot"
SIGN_WITH_WALLET = "Sign with your wallet"
_QUOTE_LIMIT = 500


def signing(offered: OfferedEdit | OfferedDeletion) -> Kept:
    """Give the button that has it signed: by Assent's key, or by a wallet in the browser."""
    is_edit = isinstance(offered, OfferedEdit)
    if offered.posted.author is None:
        label, name = SIGN_WITH_WALLET, "wallet"
    else:
        label, name = CONFIRM_EDIT if is_edit else CONFIRM_DELETION, "sign"
    return Kept(label=label, typed_id=offered.typed_id, name=name, is_primary=is_edit)


def deletion_page(offered: OfferedDeletion) -> discord.Embed:
    """Say what a deletion takes away, before it is confirmed."""
    seen, proposal = offered.posted.seen, offered.posted.proposal
    reference = line(proposal.reference, REFERENCE_SHOWN)
    lost = (
        f"**{many(seen.votes, 'vote')} were cast on it and will be lost.**"
        if seen.votes > 1
        else "**1 vote was cast on it and will be lost.**"
        if seen.votes
        else "Nobody has voted yet, so no vote is lost."
    )
    return embed(
        Page(
            title=f"Delete the vote on Snapshot? {line(seen.title, TITLE_SHOWN) or NO_TITLE}",
            lines=(
                f"{lost} This cannot be undone.",
                f"Without it the vote ends {when(seen.end)}.",
                (
                    f"{reference} goes back to its draft; when that is mended, its vote is "
                    "announced anew and everybody votes again."
                ),
                "",
                "Everybody will read that you deleted it, and why:",
                quoted(offered.reason, _QUOTE_LIMIT),
            ),
            next_step=f"If you are sure, press “{signing(offered).label}”. Else do nothing.",
            source=proposal.reference,
            colour=Colour.BAD,
        )
    )


def how_far(state: ChangeState) -> str:
    """Say what became of an edit or a deletion that was just confirmed."""
    sent = state.sent
    is_deletion = sent.kind is MessageKind.CANCEL
    match sent.status:
        case MessageStatus.DONE:
            return (
                "✔ The vote is deleted on Snapshot. That is announced in a moment, with your "
                "reason; the proposal is a draft again then: `/draft edit`, `/proposal publish`."
                if is_deletion
                else "✔ Snapshot shows the new text, and everybody is told."
            )
        case MessageStatus.REFUSED:
            means = "" if state.meaning == sent.answer else f"\n{line(state.meaning, 500)}"
            return (
                "✖ Snapshot has refused this, so the vote stands as it was. In its own words:\n"
                f"{quoted(sent.answer, _QUOTE_LIMIT)}{means}"
            )
        case _:
            what = "The deletion" if is_deletion else "The new text"
            return (
                f"⏳ {what} is signed and kept, and Snapshot has not shown it yet. It is sent "
                "again by itself until it does; then it is announced. There is nothing more to do."
            )
