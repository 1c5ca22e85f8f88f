"""A member's own wallets, for their eyes alone."""

from collections.abc import Sequence

from bot.domain.onchain.chains import chain_name
from bot.domain.wallet import Wallet
from cogs.cards.markup import ago, many


def wallets_page(wallets: Sequence[Wallet]) -> str:
    """List them, or say how to link the first."""
    if not wallets:
        return (
            "You have linked no wallet in this server. `/wallet link` links one, with a free "
            "signature; only you see which are yours."
        )
    rows = [
        f"- `{each.address}`, linked {ago(each.linked_at)} on {chain_name(each.chain_id)}"
        for each in wallets
    ]
    return "\n".join(
        [
            f"You have linked {many(len(wallets), 'wallet')} in this server; only you see this.",
            *rows,
            "`/wallet link` adds another, `/wallet unlink` forgets one at once.",
        ]
    )
