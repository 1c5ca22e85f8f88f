"""Why a contract refused, in words (pure). Contracts are written by strangers: nothing raises."""

from functools import cache
from typing import Any, Final

from eth_utils.address import to_checksum_address

from bot.domain.text import storable
from bot.gateways.chain.codec import UndecodableDataError, decode
from bot.gateways.chain.questions import selector

MOST_REASON: Final = 300  # characters
_MOST_DATA: Final = 8 * 1024  # bytes that are looked into

_ERROR: Final = "Error(string)"
_PANIC: Final = "Panic(uint256)"

# Source: Solidity's documentation, "Panic via assert and Error via require".
_PANICS: Final = {
    0x01: "an assertion failed",
    0x11: "a number went below zero or over its limit",
    0x12: "a division by zero",
    0x21: "a number that its list of choices does not have",
    0x22: "badly encoded storage",
    0x31: "an empty list has nothing to remove",
    0x32: "a place beyond the end of a list",
    0x41: "too much memory",
    0x51: "an empty function was called",
}

# Of OpenZeppelin Contracts 5: what governed contracts are usually made of.
_CUSTOM: Final = """
AccessControlBadConfirmation() AccessControlUnauthorizedAccount(address,bytes32)
AccessManagedRequiredDelay(address,uint32) AccessManagedUnauthorized(address)
AccessManagerExpired(bytes32) AccessManagerNotReady(bytes32) AccessManagerNotScheduled(bytes32)
AccessManagerUnauthorizedAccount(address,uint64)
AccessManagerUnauthorizedCall(address,address,bytes4)
AccessManagerUnauthorizedCancel(address,address,address,bytes4) AddressEmptyCode(address)
AddressInsufficientBalance(address) CheckpointUnorderedInsertion() ERC1155InvalidReceiver(address)
ERC1967InvalidImplementation(address) ERC1967NonPayable()
ERC20ExceededSafeSupply(uint256,uint256) ERC20InsufficientAllowance(address,uint256,uint256)
ERC20InsufficientBalance(address,uint256,uint256) ERC20InvalidApprover(address)
ERC20InvalidReceiver(address) ERC20InvalidSender(address) ERC20InvalidSpender(address)
ERC4626ExceededMaxDeposit(address,uint256,uint256)
ERC4626ExceededMaxRedeem(address,uint256,uint256)
ERC4626ExceededMaxWithdraw(address,uint256,uint256) ERC5805FutureLookup(uint256,uint48)
ERC6372InconsistentClock() ERC721IncorrectOwner(address,uint256,address)
ERC721InsufficientApproval(address,uint256) ERC721InvalidReceiver(address)
ERC721NonexistentToken(uint256) EnforcedPause() ExpectedPause() FailedCall() FailedDeployment()
FailedInnerCall() GovernorAlreadyCastVote(address) GovernorAlreadyQueuedProposal(uint256)
GovernorDisabledDeposit() GovernorInsufficientProposerVotes(address,uint256,uint256)
GovernorInvalidProposalLength(uint256,uint256,uint256)
GovernorInvalidQuorumFraction(uint256,uint256) GovernorInvalidVotingPeriod(uint256)
GovernorNonexistentProposal(uint256) GovernorOnlyExecutor(address)
GovernorRestrictedProposer(address) GovernorUnexpectedProposalState(uint256,uint8,bytes32)
InsufficientBalance(uint256,uint256) InvalidInitialization() MathOverflowedMulDiv()
NotInitializing() OwnableInvalidOwner(address) OwnableUnauthorizedAccount(address)
ReentrancyGuardReentrantCall() SafeCastOverflowedIntToUint(int256)
SafeCastOverflowedUintDowncast(uint8,uint256) SafeERC20FailedOperation(address)
TimelockInsufficientDelay(uint256,uint256) TimelockInvalidOperationLength(uint256,uint256,uint256)
TimelockUnauthorizedCaller(address) TimelockUnexecutedPredecessor(bytes32)
TimelockUnexpectedOperationState(bytes32,bytes32) UUPSUnauthorizedCallContext()
UUPSUnsupportedProxiableUUID(bytes32)
"""


@cache
def _signatures() -> dict[bytes, str]:
    return {selector(one): one for one in (*_CUSTOM.split(), _ERROR, _PANIC)}


def revert_reason(data: bytes) -> str:
    """Say what the bytes mean that a call was reverted with; `""` if there are none.

    `Error(string)` is its text, a panic is put in words, a custom error of OpenZeppelin is named
    with its arguments, and of any other the selector is given.
    """
    if not data:
        return ""
    signature = _signatures().get(data[:4])
    found = _values(signature, data[4:]) if signature and len(data) <= _MOST_DATA else None
    if signature is None or found is None:
        return f"an error that is not known: 0x{data[:4].hex()}"
    if signature == _ERROR:
        return _cut(storable(str(found[0])))
    if signature == _PANIC:
        return _PANICS.get(found[0], f"panic {found[0]:#x}")
    return _cut(f"{signature.partition('(')[0]}({', '.join(map(_text, found))})")


def _values(signature: str, data: bytes) -> tuple[Any, ...] | None:
    try:
        return decode([one for one in signature.partition("(")[2][:-1].split(",") if one], data)
    except UndecodableDataError:
        return None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, str):  # No custom error above holds a text: it is an address.
        return str(to_checksum_address(value))
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_REASON else text[: MOST_REASON - 1] + "…"
