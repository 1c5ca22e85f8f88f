"""What the page says of an errand, before and after it is done."""

from typing import Any, assert_never

from bot.domain.difference import compare, hunks
from bot.domain.drafting.posted import VoteText, text_of
from bot.domain.errand import LinkWallet, PageErrand, SignAlias, SignChange, SignProposal
from bot.domain.text import bare
from bot.domain.typed import TypedDeletion, TypedEdit
from bot.services.page_links import OpenedLink

_TITLE_SHOWN = 200
_NAME_SHOWN = 60


def errand_words(opened: OpenedLink) -> dict[str, Any]:
    """Say what a link is for; what comes from people is one line of visible text."""
    errand = opened.link.errand
    match errand:
        case SignProposal():
            assert opened.proposal is not None, "it was looked up"
            reference = opened.proposal.reference
            step = bare(opened.step_name, _NAME_SHOWN)
            return {
                "kind": errand.kind,
                "title": f"Sign the vote on {reference}",
                "about": bare(opened.proposal.title, _TITLE_SHOWN),
                "lead": (
                    f"{reference} is ready for its {step} in the Snapshot space "
                    f"{bare(opened.space, _NAME_SHOWN)}. It goes there under your name as soon as "
                    "you have signed it. The wallet has to be one that may propose in the space."
                ),
                "action": "Sign the proposal",
            }
        case LinkWallet():
            return {
                "kind": errand.kind,
                "title": "Link your wallet",
                "about": "",
                "lead": (
                    "You show with a signature that a wallet is yours. Assent then knows your "
                    "voting power in this one server. Nobody else is shown that it is yours."
                ),
                "action": "Sign the message",
            }
        case SignAlias():
            return {
                "kind": errand.kind,
                "title": "Let Assent post in your wallet's name",
                "about": "",
                "lead": (
                    "You let Assent's own key post, edit and delete proposals on Snapshot in your "
                    "wallet's name, for 30 days. It votes for nobody, and can move nothing."
                ),
                "action": "Sign the permission",
            }
        case SignChange():
            return {"kind": errand.kind, **_change_words(opened)}
        case _:
            assert_never(errand)


def _change_words(opened: OpenedLink) -> dict[str, Any]:
    """Say what is changed of a vote; beside a deletion stands all that its message leaves out."""
    proposal, seen, change = opened.proposal, opened.seen, opened.change
    assert proposal is not None, "it was looked up"
    assert seen is not None, "it was looked up"
    reference, space = proposal.reference, bare(opened.space, _NAME_SHOWN)
    about = bare(seen.title, _TITLE_SHOWN)
    match change:
        case TypedEdit():
            after = VoteText(title=change.title, body=change.body, choices=change.choices)
            lead = (
                f"You change the text of the vote on Snapshot, in the space {space}; everybody is "
                f"told that you did. Snapshot takes it of the wallet {seen.author} alone, which "
                "has signed the vote."
            )
            return {
                "title": f"Change the vote on {reference}",
                "about": about,
                "lead": lead,
                "action": "Sign the new text",
                "facts": [_fact("What changes (- goes, + comes)", _changes(text_of(seen), after))],
            }
        case TypedDeletion():
            lead = (
                f"You delete the vote on Snapshot, in the space {space}; everybody is told that "
                f"you did, and why. Snapshot takes it of the wallet {seen.author}, which has "
                "signed the vote, and of the space's admins and moderators."
            )
            return {
                "title": f"Delete the vote on {reference}",
                "about": about,
                "lead": lead,
                "action": "Sign the deletion",
                "facts": [
                    _fact("What is deleted", seen.title),
                    _fact("Why, for everybody to read", change.reason),
                    _fact("What is lost", _lost(seen.votes)),
                ],
            }
        case None:
            raise AssertionError("it was looked up")
        case _:
            assert_never(change)


def _fact(name: str, text: str) -> dict[str, str]:
    return {"name": name, "text": text}


def _lost(votes: int) -> str:
    if not votes:
        return "The vote itself, for good. Nobody had voted when it was last looked at."
    cast = "1 vote that was cast on it" if votes == 1 else f"{votes:,} votes that were cast on it"
    return f"The vote itself and the {cast}, for good."


def _changes(before: VoteText, after: VoteText) -> str:
    """Write the lines that go and those that come."""
    signs = {"same": "  ", "removed": "- ", "added": "+ "}
    found = hunks(compare(before.whole, after.whole))
    parts = ("\n".join(signs[each.kind] + each.text for each in hunk.lines) for hunk in found)
    return "\n…\n".join(parts)


def done_words(errand: PageErrand) -> dict[str, Any]:
    """Say what is done, and what comes next."""
    match errand:
        case SignProposal():
            text = "Your signature was taken, and the proposal is on its way to Snapshot."
            more = (
                "Assent sends it in the next minute, reads it back from there, and announces the "
                "vote in your server. You can close this page."
            )
        case LinkWallet():
            whose = f"The wallet {errand.unsigned.address}" if errand.unsigned else "Your wallet"
            text = f"{whose} is linked to you in this server."
            more = (
                "/wallet list shows your wallets, /wallet unlink forgets one at once. You can "
                "close this page and go back to Discord."
            )
        case SignAlias():
            text = "Your permission was taken, and is on its way to Snapshot."
            more = (
                "The moderators are told when it holds, and are reminded before its 30 days are "
                "over. You can close this page and go back to Discord."
            )
        case SignChange():
            text = "Your signature was taken, and the change is on its way to Snapshot."
            more = (
                "Assent sends it in the next minute, looks whether Snapshot shows it, and "
                "announces it in your server. You can close this page."
            )
        case _:
            assert_never(errand)
    return {"title": "Done: signed", "text": text, "next": more}
