"""What the page says of an errand, before and after it is done."""

from typing import Any, assert_never

from bot.domain.errand import LinkWallet, PageErrand, SignAlias, SignProposal
from bot.domain.text import bare
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
        case _:
            assert_never(errand)


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
        case _:
            assert_never(errand)
    return {"title": "Done: signed", "text": text, "next": more}
