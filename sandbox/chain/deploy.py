"""Deploying a DAO of each family."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from eth_utils.crypto import keccak

from sandbox.chain.artifacts import Artifact, artifact
from sandbox.chain.chain import Chain
from sandbox.chain.daos import (
    GUARDIAN,
    TOKEN,
    AccessDao,
    AlphaDao,
    BravoCompatibleDao,
    BravoDao,
    CompoundTimelockDao,
    Dao,
    NounsDao,
    OpenZeppelinDao,
    OverridableDao,
    PlainDao,
    SequentialDao,
)
from sandbox.chain.wallet import FAUCET

ANYONE = "0x" + "00" * 20

# Constants in the code of the published GovernorAlpha, as `PUSH` instructions or their operands.
NAME = b"Uniswap Governor Alpha".hex()
PERIOD_40320 = "619d80"
QUORUM_40M = f"{40_000_000 * TOKEN:022x}"
THRESHOLD_10M = f"{10_000_000 * TOKEN:022x}"


class Family(StrEnum):
    """The families of governors that the sandbox can deploy."""

    ALPHA = "GovernorAlpha, Compound Timelock"
    BRAVO = "GovernorBravo's kind through a delegator, Compound Timelock"
    NOUNS = "Nouns' kind, Compound Timelock"
    OPENZEPPELIN = "OpenZeppelin 5, TimelockController"
    BRAVO_COMPATIBLE = "OpenZeppelin 4.9 with Bravo's functions, TimelockController"
    COMPOUND_TIMELOCK = "OpenZeppelin 5, Compound Timelock"
    SEQUENTIAL = "OpenZeppelin 5, sequential ids, divided votes, late quorum, Compound Timelock"
    ACCESS = "OpenZeppelin 5, AccessManager"
    PLAIN = "OpenZeppelin 5, late quorum, no timelock"
    OVERRIDABLE = "OpenZeppelin 5, overridable votes, TimelockController"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How a DAO votes. Periods are in the governor's clock, tokens are whole, times in seconds."""

    voting_delay: int = 1
    voting_period: int = 20
    supply: int = 250_000_000
    quorum: int = 100_000
    threshold: int = 500
    timelock_delay: int = 7 * 86_400
    counts_seconds: bool = False
    vote_extension: int = 10  # how far a late quorum moves the deadline, in the governor's clock
    updatable_period: int = 5  # blocks in which a proposal of Nouns' kind can be rewritten

    @property
    def settings(self) -> tuple[int, int, int, int]:
        """What the constructors of OpenZeppelin's governors take; the quorum in basis points."""
        quorum = self.quorum * 10_000 // self.supply
        return self.voting_delay, self.voting_period, self.threshold * TOKEN, quorum


def governor_alpha(parameters: Parameters) -> Artifact:
    """Patch the published GovernorAlpha: its period, quorum and threshold are constants.

    Braintrust's own build takes them from its constructor, but is published without a licence.
    """
    return (
        artifact("GovernorAlpha")
        .patched(NAME, b"BTRST's Governor Alpha".hex(), times=2)
        .patched(PERIOD_40320, f"61{parameters.voting_period:04x}")
        .patched(QUORUM_40M, f"{parameters.quorum * TOKEN:022x}")
        .patched(THRESHOLD_10M, f"{parameters.threshold * TOKEN:022x}")
    )


async def make_dao(chain: Chain, family: Family, **parameters: Any) -> Dao:
    """Deploy a DAO of a family; the keywords are the fields of `Parameters`."""
    return await MAKERS[family](chain, Parameters(**parameters))


async def make_token(
    chain: Chain, name: str, symbol: str, parameters: Parameters, contract: str = "VotesToken"
) -> str:
    """Deploy a token of which the faucet holds the whole supply."""
    supply = parameters.supply * TOKEN
    arguments = (name, symbol, supply, FAUCET.address, parameters.counts_seconds)
    return await chain.deploy(contract, *arguments)


async def make_alpha(chain: Chain, parameters: Parameters) -> AlphaDao:
    """Deploy a token, a Timelock, a GovernorAlpha and a marketplace."""
    assert parameters.voting_delay == 1, "GovernorAlpha's delay is one block."
    token = await make_token(chain, "Braintrust Token", "BTRST", parameters)
    admin = chain.next_deployment(ahead=1)
    timelock = await chain.deploy("Timelock", admin, parameters.timelock_delay)
    governor = await chain.deploy(governor_alpha(parameters), timelock, token)
    assert governor == admin, "The Timelock's admin is the governor."
    return AlphaDao(**await _parts(chain, token, timelock, governor, owner=timelock))


async def make_bravo(chain: Chain, parameters: Parameters) -> BravoDao:
    """Deploy a token, a Timelock, a governor with its delegator, and a marketplace."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    admin = chain.next_deployment(ahead=2)
    timelock = await chain.deploy("Timelock", admin, parameters.timelock_delay)
    implementation = await chain.deploy("SandboxBravo", parameters.quorum * TOKEN)
    governor = await chain.deploy(
        "SandboxBravoDelegator",
        *(timelock, token, GUARDIAN.address, implementation),
        *(parameters.voting_period, parameters.voting_delay, parameters.threshold * TOKEN),
    )
    assert governor == admin, "The Timelock's admin is the delegator."
    await chain.send(GUARDIAN, governor, "_initiate(address)", (ANYONE,))
    parts = await _parts(chain, token, timelock, governor, owner=timelock)
    return BravoDao(**parts, implementation_address=implementation)


async def make_nouns(chain: Chain, parameters: Parameters) -> NounsDao:
    """Deploy a token, a Timelock, a governor of Nouns' kind and a marketplace."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    admin = chain.next_deployment(ahead=1)
    timelock = await chain.deploy("Timelock", admin, parameters.timelock_delay)
    governor = await chain.deploy(
        "SandboxNouns",
        *(token, timelock, GUARDIAN.address, parameters.updatable_period),
        *(parameters.voting_delay, parameters.voting_period),
        *(parameters.threshold * TOKEN, parameters.supply * TOKEN),
    )
    assert governor == admin, "The Timelock's admin is the governor."
    return NounsDao(**await _parts(chain, token, timelock, governor, owner=timelock))


async def make_openzeppelin(chain: Chain, parameters: Parameters) -> OpenZeppelinDao:
    """Deploy a token, a TimelockController, a Governor and a marketplace."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    return OpenZeppelinDao(**await _controlled(chain, token, parameters, "SandboxGovernor"))


async def make_overridable(chain: Chain, parameters: Parameters) -> OverridableDao:
    """Deploy what `make_openzeppelin` does, with votes that can be overruled."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters, "OwnedVotesToken")
    return OverridableDao(**await _controlled(chain, token, parameters, "OverridableGovernor"))


async def make_bravo_compatible(chain: Chain, parameters: Parameters) -> BravoCompatibleDao:
    """Deploy OpenZeppelin 4.9's Governor with Bravo's functions, and its TimelockController."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    names = ("BravoCompatibleGovernor", "TimelockController4")
    return BravoCompatibleDao(**await _controlled(chain, token, parameters, *names))


async def make_compound_timelock(chain: Chain, parameters: Parameters) -> CompoundTimelockDao:
    """Deploy an OpenZeppelin 5 Governor on a Compound Timelock."""
    parts = await _on_compound(chain, parameters, "CompoundTimelockGovernor")
    return CompoundTimelockDao(**parts)


async def make_sequential(chain: Chain, parameters: Parameters) -> SequentialDao:
    """Deploy a Governor with sequential ids on a Compound Timelock."""
    more = parameters.vote_extension
    return SequentialDao(**await _on_compound(chain, parameters, "SequentialGovernor", more))


async def make_access(chain: Chain, parameters: Parameters) -> AccessDao:
    """Deploy a Governor on an AccessManager, which owns the marketplace.

    The governor's role there lets it change the marketplace after the timelock delay.
    """
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    manager = await chain.deploy("AccessManager", GUARDIAN.address)
    base_delay = 0
    arguments = (token, manager, *parameters.settings, base_delay)
    governor = await chain.deploy("AccessGovernor", *arguments)
    parts = await _parts(chain, token, manager, governor, owner=manager)
    selectors = [keccak(text=name)[:4] for name in MARKETPLACE_FUNCTIONS]
    functions = (parts["target_address"], selectors, GOVERNOR_ROLE)
    signature = "setTargetFunctionRole(address,bytes4[],uint64)"
    await chain.send(GUARDIAN, manager, signature, functions)
    granted = (GOVERNOR_ROLE, governor, parameters.timelock_delay)
    await chain.send(GUARDIAN, manager, "grantRole(uint64,address,uint32)", granted)
    return AccessDao(**parts)


async def make_plain(chain: Chain, parameters: Parameters) -> PlainDao:
    """Deploy a Governor that executes at once, and owns the marketplace itself."""
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    arguments = (token, *parameters.settings, parameters.vote_extension)
    governor = await chain.deploy("PlainGovernor", *arguments)
    return PlainDao(**await _parts(chain, token, "", governor, owner=governor))


async def _controlled(
    chain: Chain,
    token: str,
    parameters: Parameters,
    governor_name: str,
    timelock_name: str = "TimelockController",
) -> dict[str, Any]:
    proposer = chain.next_deployment(ahead=1)
    proposers = [proposer, GUARDIAN.address]
    arguments = (parameters.timelock_delay, proposers, [ANYONE], ANYONE)
    timelock = await chain.deploy(timelock_name, *arguments)
    governor = await chain.deploy(governor_name, token, timelock, *parameters.settings)
    assert governor == proposer, "The TimelockController's proposer is the governor."
    return await _parts(chain, token, timelock, governor, owner=timelock)


async def _on_compound(
    chain: Chain, parameters: Parameters, governor_name: str, *more: int
) -> dict[str, Any]:
    token = await make_token(chain, "Sandbox Token", "SAND", parameters)
    admin = chain.next_deployment(ahead=1)
    timelock = await chain.deploy("Timelock", admin, parameters.timelock_delay)
    governor = await chain.deploy(governor_name, token, timelock, *parameters.settings, *more)
    assert governor == admin, "The Timelock's admin is the governor."
    return await _parts(chain, token, timelock, governor, owner=timelock)


async def _parts(
    chain: Chain, token: str, timelock: str, governor: str, *, owner: str
) -> dict[str, Any]:
    return {
        "world": chain,
        "token_address": token,
        "timelock_address": timelock,
        "governor_address": governor,
        "target_address": await chain.deploy("Marketplace", owner),
    }


GOVERNOR_ROLE = 1
MARKETPLACE_FUNCTIONS = ("setMarketplaceFee(uint8)", "addMarketplaceCategory(string)")
MAKERS: Final[dict[Family, Callable[[Chain, Parameters], Awaitable[Dao]]]] = {
    Family.ALPHA: make_alpha,
    Family.BRAVO: make_bravo,
    Family.NOUNS: make_nouns,
    Family.OPENZEPPELIN: make_openzeppelin,
    Family.BRAVO_COMPATIBLE: make_bravo_compatible,
    Family.COMPOUND_TIMELOCK: make_compound_timelock,
    Family.SEQUENTIAL: make_sequential,
    Family.ACCESS: make_access,
    Family.PLAIN: make_plain,
    Family.OVERRIDABLE: make_overridable,
}
