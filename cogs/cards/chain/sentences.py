"""What well-known functions do, each in a sentence that a newcomer understands.

In a sentence `{0}` is the first argument. `{1:amount}` is one in tokens, `{0:text}` a text in
quotation marks, `{4:when}` a moment, `{0:pause|resume}` one of two words by a bool, and `{target}`
the contract that is called. A function that is not in the table is shown as code has it.
"""

import re
from collections.abc import Mapping

from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.onchain.naming import displayed, shortened
from bot.domain.text import line
from bot.domain.types import UnixSeconds
from cogs.cards.markup import when

NAME_LIMIT = 60
VALUE_LIMIT = 100
_SHOWN_ARGUMENTS = 6
_PLACE = re.compile(r"\{(target|\d+)(?::([^{}]+))?\}")

SENTENCES: Mapping[str, str] = {
    # Tokens.
    "transfer(address,uint256)": "send {1:amount} to {0}",
    "transferFrom(address,address,uint256)": "send {2:amount} from {0} to {1}",
    "safeTransferFrom(address,address,uint256)": "send token no. {2} from {0} to {1}",
    "safeTransferFrom(address,address,uint256,bytes)": "send token no. {2} from {0} to {1}",
    "approve(address,uint256)": "allow {0} to spend {1:amount}",
    "increaseAllowance(address,uint256)": "allow {0} to spend {1:amount} more",
    "decreaseAllowance(address,uint256)": "allow {0} to spend {1:amount} less",
    "setApprovalForAll(address,bool)": (
        "{1:allow|no longer allow} {0} to move every token of this collection"
    ),
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)": (
        "allow {1} to spend {2:amount} of {0}"
    ),
    "mint(address,uint256)": "create {1:amount} anew, for {0}",
    "mint(uint256,address)": "create {0} anew, for {1}",
    "burn(uint256)": "destroy {0:amount}",
    "burnFrom(address,uint256)": "destroy {1:amount} of {0}",
    "delegate(address)": "give the votes of its tokens to {0}",
    "deposit()": "exchange the chain's own coin for its wrapped token",
    "withdraw(uint256)": "withdraw {0} from {target}",
    "createStream(address,uint256,address,uint256,uint256)": (
        "pay {1} base units of token {2} to {0}, bit by bit from {3:when} until {4:when}"
    ),
    "sendERC20ToNewDAO(address,address,uint256)": "send {2} base units of token {1} to {0}",
    "sendETHToNewDAO(address,uint256)": "send {1} of the chain's own coin to {0}",
    "sweepToken(address)": "send all tokens of {0} that lie on {target} to its owner",
    "setMinter(address)": "let {0} create new tokens",
    # A marketplace's decisions.
    "setMarketplaceFee(uint8)": "set the marketplace fee to {0}",
    "addMarketplaceCategory(string)": "add {0:text} to the marketplace's categories",
    "addFoundationMember(string)": "make {0:text} a member of the foundation",
    # Governors.
    "setVotingDelay(uint256)": "change the time before a vote opens to {0}",
    "setVotingDelay(uint48)": "change the time before a vote opens to {0}",
    "_setVotingDelay(uint256)": "change the time before a vote opens to {0}",
    "setVotingPeriod(uint256)": "change the voting period to {0}",
    "setVotingPeriod(uint32)": "change the voting period to {0}",
    "_setVotingPeriod(uint256)": "change the voting period to {0}",
    "setProposalThreshold(uint256)": "require {0:votes} to make a proposal",
    "_setProposalThreshold(uint256)": "require {0:votes} to make a proposal",
    "setQuorum(uint256)": "set the quorum to {0:votes}",
    "updateQuorumNumerator(uint256)": "set the quorum to {0} parts of its denominator",
    "setLateQuorumVoteExtension(uint48)": "extend a vote by {0} when its quorum is met late",
    "setLateQuorumVoteExtension(uint64)": "extend a vote by {0} when its quorum is met late",
    "updateTimelock(address)": "make {0} the governor's timelock",
    "setProposalGuardian(address)": "let {0} cancel proposals, as the guardian",
    "_setWhitelistGuardian(address)": "let {0} decide who may propose below the threshold",
    "_setWhitelistAccountExpiration(address,uint256)": (
        "let {0} propose below the threshold until {1:when}"
    ),
    "veto(uint256)": "veto proposal {0}",
    "_setVetoer(address)": "let {0} veto proposals",
    "_setPendingVetoer(address)": "offer the right to veto proposals to {0}",
    "_burnVetoPower()": "give up the right to veto proposals for ever",
    "cancel(uint256)": "cancel proposal {0}",
    "queue(uint256)": "queue proposal {0}",
    "execute(uint256)": "execute proposal {0}",
    "castVote(uint256,bool)": "vote {1:for|against} proposal {0}",
    "castVote(uint256,uint8)": "vote on proposal {0}, with choice {1}",
    "castVoteWithReason(uint256,uint8,string)": (
        "vote on proposal {0}, with choice {1} and the reason {2:text}"
    ),
    "propose(address[],uint256[],bytes[],string)": "make a proposal, with these calls:",
    "propose(address[],uint256[],string[],bytes[],string)": "make a proposal, with these calls:",
    "queue(address[],uint256[],bytes[],bytes32)": "queue a proposal with these calls:",
    "execute(address[],uint256[],bytes[],bytes32)": "execute a proposal with these calls:",
    "cancel(address[],uint256[],bytes[],bytes32)": "cancel a proposal with these calls:",
    "relay(address,uint256,bytes)": "have the governor itself make this call:",
    "_initiate(address)": "begin to govern, following on the proposals of {0}",
    "__abdicate()": "give up the guardian's rights for ever",
    "__acceptAdmin()": "take over the timelock, as its admin",
    # Timelocks.
    "setDelay(uint256)": "let what has passed wait for {0} before it is executed",
    "updateDelay(uint256)": "let what has passed wait for {0} before it is executed",
    "queueTransaction(address,uint256,string,bytes,uint256)": (
        "put this call into the timelock, to be executed from {4:when}:"
    ),
    "executeTransaction(address,uint256,string,bytes,uint256)": (
        "execute this call, which was in the timelock:"
    ),
    "cancelTransaction(address,uint256,string,bytes,uint256)": (
        "take this call out of the timelock:"
    ),
    "schedule(address,uint256,bytes,bytes32,bytes32,uint256)": (
        "put this call into the timelock, to wait for {5}:"
    ),
    "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)": (
        "put these calls into the timelock, to wait for {5}:"
    ),
    "execute(address,uint256,bytes,bytes32,bytes32)": (
        "execute this call, which was in the timelock:"
    ),
    "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)": (
        "execute these calls, which were in the timelock:"
    ),
    "cancel(bytes32)": "cancel operation {0} of the timelock",
    # Who may do what.
    "transferOwnership(address)": "hand the owner's rights to {0}",
    "renounceOwnership()": "give up the owner's rights for ever",
    "acceptOwnership()": "take over the owner's rights",
    "setOwner(address)": "hand the owner's rights to {0}",
    "setPendingOwner(address)": "offer the owner's rights to {0}",
    "setPendingAdmin(address)": "offer the admin's rights to {0}",
    "_setPendingAdmin(address)": "offer the admin's rights to {0}",
    "acceptAdmin()": "take over the admin's rights",
    "_acceptAdmin()": "take over the admin's rights",
    "setAdmin(address)": "hand the admin's rights to {0}",
    "changeAdmin(address)": "hand the admin's rights to {0}",
    "changeProxyAdmin(address,address)": "hand the right to upgrade {0} to {1}",
    "setGovernor(address)": "hand the governor's rights to {0}",
    "setGuardian(address)": "hand the guardian's rights to {0}",
    "setManager(address)": "hand the manager's rights to {0}",
    "setTreasury(address)": "make {0} the treasury",
    "setFeeTo(address)": "send the fees to {0}",
    "setFeeToSetter(address)": "let {0} decide who gets the fees",
    "setFee(uint256)": "set the fee to {0}",
    "grantRole(bytes32,address)": "give {1} the role {0}",
    "revokeRole(bytes32,address)": "take the role {0} from {1}",
    "renounceRole(bytes32,address)": "give up the role {0} of {1}",
    "grantRole(uint64,address,uint32)": (
        "give {1} the role {0}; what it does with it has to wait for {2}"
    ),
    "revokeRole(uint64,address)": "take the role {0} from {1}",
    "labelRole(uint64,string)": "name role {0} {1:text}",
    "setRoleAdmin(uint64,uint64)": "let role {1} give and take role {0}",
    "setRoleGuardian(uint64,uint64)": "let role {1} cancel what role {0} has scheduled",
    "setTargetFunctionRole(address,bytes4[],uint64)": (
        "let role {2} call the functions {1} of {0}"
    ),
    "setTargetClosed(address,bool)": "{1:close|open} {0} to every call",
    "updateAuthority(address,address)": "let {1} decide who may call {0}",
    "schedule(address,bytes,uint48)": "schedule this call, from {2:when}:",
    "execute(address,bytes)": "make this call:",
    "execute(address,uint256,bytes)": "make this call:",
    "executeCall(address,uint256,bytes)": "make this call:",
    "forward(address,bytes)": "make this call:",
    # What contracts run.
    "upgradeTo(address)": "upgrade {target} to the code at {0}",
    "upgradeToAndCall(address,bytes)": "upgrade {target} to the code at {0}",
    "upgrade(address,address)": "upgrade {0} to the code at {1}",
    "upgradeAndCall(address,address,bytes)": "upgrade {0} to the code at {1}, and call it:",
    "_setImplementation(address)": "upgrade {target} to the code at {0}",
    "_setImplementation(address,bool,bytes)": "upgrade {target} to the code at {0}",
    "setImplementation(address)": "upgrade {target} to the code at {0}",
    "_setPendingImplementation(address)": "offer the code at {0} to {target}, as an upgrade",
    "_become(address)": "take over as the code of {0}",
    "deployAndUpgradeTo(address,address)": "upgrade {1} to newly made code, by {0}",
    "pause()": "pause {target}",
    "unpause()": "let {target} go on",
    "resume()": "let {target} go on",
    "setPaused(bool)": "{0:pause|resume} {target}",
    # Compound's markets.
    "_setCollateralFactor(address,uint256)": (
        "lend on {0} up to the share {1} of its worth (in parts of 10 to the power of 18)"
    ),
    "_setReserveFactor(uint256)": (
        "keep the share {0} of the interest in reserve (in parts of 10 to the power of 18)"
    ),
    "_supportMarket(address)": "open the market {0}",
    "_grantComp(address,uint256)": "pay {1} base units of COMP to {0}",
    "_setCompSpeed(address,uint256)": "pay {1} base units of COMP a block to those who use {0}",
    "_setContributorCompSpeed(address,uint256)": "pay {1} base units of COMP a block to {0}",
    "_setPriceOracle(address)": "take prices from {0}",
    "_setInterestRateModel(address)": "set interest as {0} reckons it",
    "_reduceReserves(uint256)": "take {0} base units out of the reserve",
    "_setMintPaused(address,bool)": "{1:pause|resume} deposits into {0}",
    "_setBorrowPaused(address,bool)": "{1:pause|resume} loans from {0}",
    "_setSeizePaused(bool)": "{0:pause|resume} the seizing of collateral",
    "_setPauseGuardian(address)": "let {0} pause the markets",
    "updateAssetSupplyCap(address,address,uint128)": "take at most {2} base units of {1} in {0}",
    # Names.
    "setText(bytes32,string,string)": "set the record {1:text} of the name {0} to {2:text}",
    "setAddr(bytes32,address)": "point the name {0} at {1}",
    "setResolver(bytes32,address)": "have the name {0} answered by {1}",
    # Safes.
    "addOwnerWithThreshold(address,uint256)": (
        "make {0} an owner of the Safe; {1} owners have to sign from then on"
    ),
    "removeOwner(address,address,uint256)": (
        "take {1} from the owners of the Safe; {2} owners have to sign from then on"
    ),
    "swapOwner(address,address,address)": "put {2} in place of {1} as an owner of the Safe",
    "changeThreshold(uint256)": "let {0} owners of the Safe have to sign",
    "enableModule(address)": "let the module {0} act for the Safe, without its owners' signatures",
    "disableModule(address,address)": "no longer let the module {1} act for the Safe",
    "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)": (
        "have the Safe do this:"
    ),
    "execTransactionFromModule(address,uint256,bytes,uint8)": "have the Safe do this:",
    "execTransactionFromModuleReturnData(address,uint256,bytes,uint8)": "have the Safe do this:",
    "multiSend(bytes)": "make these calls, all or none:",
    "multicall(bytes[])": "make these calls, all or none:",
    "aggregate((address,bytes)[])": "make these calls, all or none:",
    "aggregate3((address,bool,bytes)[])": "make these calls:",
    # Other chains.
    "sendTxToL1(address,bytes)": "have this call made on the chain below:",
    "createRetryableTicket(address,uint256,uint256,address,address,uint256,uint256,bytes)": (
        "have this call made on another chain:"
    ),
    "sendMessage(address,bytes,uint32)": "have this call made on another chain:",
    "depositTransaction(address,uint256,uint64,bool,bytes)": (
        "have this call made on another chain:"
    ),
}


def sentence(call: DecodedCall) -> str | None:
    """Say what a call does, in safe Markdown; `None` for a function that is not in the table."""
    template = SENTENCES.get(call.signature)
    if template is None:
        return None
    return _PLACE.sub(lambda place: _filled(call, place[1], place[2] or ""), template)


def target(call: DecodedCall) -> str:
    """Name the contract that is called, and its address."""
    return line(displayed(call.target, call.target_name), NAME_LIMIT)


def as_code(call: DecodedCall) -> str:
    """Write a decoded call as code does: `setFee(fee = 8)`."""
    shown = [_as_code(each) for each in call.arguments[:_SHOWN_ARGUMENTS]]
    more = len(call.arguments) - _SHOWN_ARGUMENTS
    listed = ", ".join(shown + ([f"… {more} more"] if more > 0 else []))
    return f"**{line(call.function, NAME_LIMIT)}**\\({listed}\\)"


def _as_code(argument: Argument) -> str:
    name = line(argument.name, NAME_LIMIT) or line(argument.type, NAME_LIMIT)
    return f"{name} \\= {value(argument)}"


def value(argument: Argument) -> str:
    """Write an argument as people read it; the address beside a name, numbers in thousands."""
    if argument.type == "address":
        return line(displayed(argument.value, argument.meaning), VALUE_LIMIT)
    if argument.meaning:
        return line(argument.meaning, VALUE_LIMIT)
    if argument.type.removeprefix("u").startswith("int") and "[" not in argument.type:
        return line(_in_thousands(argument.value), VALUE_LIMIT)
    if argument.type == "bytes32":
        return line(shortened(argument.value), VALUE_LIMIT)
    return line(argument.value, VALUE_LIMIT)


def _in_thousands(number: str) -> str:
    return f"{int(number):,}" if number.removeprefix("-").isdecimal() else number


def _filled(call: DecodedCall, place: str, form: str) -> str:
    if place == "target":
        return target(call)
    argument = call.arguments[int(place)]
    if "|" in form:
        chosen, other = form.split("|")
        return chosen if argument.value == "true" else other
    if form == "when":
        number = argument.value
        return when(UnixSeconds(int(number))) if number.isdecimal() else "(no time)"
    if form == "text":
        return f"“{line(argument.value, VALUE_LIMIT)}”"
    shown = value(argument)
    if form in ("amount", "votes") and not argument.meaning:
        unit = f"base units of {target(call)}" if form == "amount" else "base units of votes"
        shown = f"{shown} {unit}"
    return shown if argument.type == "address" else f"**{shown}**"
