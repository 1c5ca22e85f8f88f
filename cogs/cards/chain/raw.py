"""The calls of a proposal as they are, whole, for whoever checks them with other tools."""

from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.text import storable


def raw_calls(proposal: GovernorProposal) -> str:
    """Write every call: where to, how much, which function, and the data."""
    key = proposal.key
    rows = [f"chain {key.chain_id}", f"governor {key.governor}", f"proposal {key.id}"]
    for number, call in enumerate(proposal.calls, 1):
        rows += [
            "",
            f"call {number} of {len(proposal.calls)}",
            f"target    {call.target}",
            f"value     {call.value} wei",
            f"signature {' '.join(storable(call.signature).split()) or '(in the calldata)'}",
            f"calldata  {call.calldata}",
        ]
    return "\n".join(rows) + "\n"
