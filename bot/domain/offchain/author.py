"""Who a community's votes on Snapshot are by, and whose key signs them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.offchain.alias import Alias
from bot.domain.types import Address, UnixSeconds

NOBODY = Address("0x0000000000000000000000000000000000000000")  # until somebody signs


class AuthorKind(StrEnum):
    """The three ways to sign."""

    KEY = "key"  # our key, in its own name
    ALIAS = "alias"  # our key, in the name of a member's wallet
    BROWSER = "browser"  # a member's wallet, on our page


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who is named as the author of a vote, and how it comes to be signed."""

    kind: AuthorKind
    address: Address | None  # `None`: known only when somebody signs
    alias: Alias | None = None


def author_of(
    key: Address | None, alias: Alias | None, *, can_sign_in_browser: bool
) -> Author | None:
    """Say who signs for a community; `None`: nobody can.

    An alias is a permission for one key. Where the operator has changed the key it is void, and
    the new key stands for itself.
    """
    if key is not None and alias is not None and alias.alias == key:
        return Author(kind=AuthorKind.ALIAS, address=alias.principal, alias=alias)
    if key is not None:
        return Author(kind=AuthorKind.KEY, address=key)
    return Author(kind=AuthorKind.BROWSER, address=None) if can_sign_in_browser else None


def alias_findings(author: Author, at: UnixSeconds) -> list[str]:
    """Say what keeps an alias from being used at this moment."""
    alias = author.alias
    if alias is None:
        return []
    if at >= alias.expires_at:
        return [
            (
                f"The permission to sign for {alias.principal} is over by then: it holds for 30 "
                "days. Its owner renews it first (`/governance alias link`), or a "
                "moderator ends it (`/governance alias unlink`)."
            )
        ]
    return []
