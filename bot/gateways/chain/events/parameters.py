"""Parameters that governors, timelocks and proxies change (pure).

Sources: OpenZeppelin's GovernorSettings, GovernorVotesQuorumFraction, GovernorPreventLateQuorum,
GovernorProposalGuardian, TimelockController and ERC-1967; Compound's GovernorBravo, Governor and
Timelock.
"""

from typing import Any, Final

from bot.domain.onchain.block import Position
from bot.domain.onchain.event import ParameterChanged
from bot.domain.types import Address
from bot.gateways.chain.codec import checksummed
from bot.gateways.chain.events.layout import Layout, Values, layout


def parameter(event: str) -> Layout:
    """Make the layout of an event with what was before, if it tells, and what is now."""
    name, _, inputs = event.removesuffix(")").partition("(")
    types = [part.strip().partition(" ")[0] for part in inputs.split(",")]
    half = len(types) // 2 if len(types) % 2 == 0 else 0

    def make(emitter: Address, position: Position, values: Values) -> ParameterChanged:
        words = [_plain(kind, value) for kind, value in zip(types, values, strict=True)]
        return ParameterChanged(
            emitter=emitter,
            position=position,
            name=name,
            before=" ".join(words[:half]),
            after=" ".join(words[half:]),
        )

    return layout(event, make)


def _plain(kind: str, value: Any) -> str:
    return checksummed(value) if kind == "address" else str(value)


def _whitelisted(emitter: Address, position: Position, values: Values) -> ParameterChanged:
    account, expiration = values
    return ParameterChanged(
        emitter=emitter,
        position=position,
        name="WhitelistAccountExpirationSet",
        before="",  # the first value is whom it is about
        after=f"{checksummed(account)} {expiration}",
    )


PARAMETERS: Final = (
    *(
        parameter(f"{name}(uint256,uint256)")
        for name in (
            "VotingDelaySet",
            "VotingPeriodSet",
            "ProposalThresholdSet",
            "QuorumNumeratorUpdated",
            "SuperQuorumNumeratorUpdated",
            "QuorumUpdated",
            "MinDelayChange",
        )
    ),
    parameter("LateQuorumVoteExtensionSet(uint64,uint64)"),
    parameter("BaseDelaySet(uint32,uint32)"),
    *(
        parameter(f"{name}(address,address)")
        for name in (
            "TimelockChange",
            "NewImplementation",
            "NewAdmin",
            "NewPendingAdmin",
            "WhitelistGuardianSet",
            "ProposalGuardianSet",
            "AdminChanged",
        )
    ),
    parameter("ProposalGuardianSet(address,uint96,address,uint96)"),
    layout("WhitelistAccountExpirationSet(address,uint256)", _whitelisted),
    parameter("Upgraded(address indexed)"),
    parameter("BeaconUpgraded(address indexed)"),
    parameter("NewDelay(uint256 indexed)"),
    parameter("NewAdmin(address indexed)"),
    parameter("NewPendingAdmin(address indexed)"),
)
