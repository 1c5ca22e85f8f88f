"""Deploying the two families of DAOs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.chain.artifacts import Artifact, artifact
from sandbox.chain.daos import GUARDIAN, TOKEN, AlphaDao, OpenZeppelinDao
from sandbox.chain.miner import FAUCET

if TYPE_CHECKING:
    from sandbox.chain.world import ChainWorld

SUPPLY = 250_000_000
ANYONE = "0x" + "00" * 20

# Constants in the code of the published GovernorAlpha, as `PUSH` instructions or their operands.
NAME = b"Uniswap Governor Alpha".hex()
PERIOD_40320 = "619d80"
QUORUM_40M = f"{40_000_000 * TOKEN:022x}"
THRESHOLD_10M = f"{10_000_000 * TOKEN:022x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """How a DAO votes. Periods are in the governor's clock, tokens are whole, times in seconds."""

    voting_delay: int = 1
    voting_period: int = 20
    quorum: int = 100_000
    threshold: int = 500
    timelock_delay: int = 7 * 86_400
    counts_seconds: bool = False


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


async def make_token(world: "ChainWorld", name: str, symbol: str, parameters: Parameters) -> str:
    """Deploy a token of which the faucet holds the whole supply."""
    supply = SUPPLY * TOKEN
    arguments = (name, symbol, supply, FAUCET.address, parameters.counts_seconds)
    return await world.deploy("VotesToken", *arguments)


async def make_alpha(world: "ChainWorld", parameters: Parameters) -> AlphaDao:
    """Deploy a token, a Timelock, a GovernorAlpha and a marketplace."""
    assert parameters.voting_delay == 1, "GovernorAlpha's delay is one block."
    token = await make_token(world, "Braintrust Token", "BTRST", parameters)
    admin = world.next_deployment(ahead=1)
    timelock = await world.deploy("Timelock", admin, parameters.timelock_delay)
    governor = await world.deploy(governor_alpha(parameters), timelock, token)
    assert governor == admin, "The Timelock's admin is the governor."
    return AlphaDao(
        world=world,
        token_address=token,
        timelock_address=timelock,
        governor_address=governor,
        target_address=await world.deploy("Marketplace", timelock),
    )


async def make_openzeppelin(world: "ChainWorld", parameters: Parameters) -> OpenZeppelinDao:
    """Deploy a token, a TimelockController, a Governor and a marketplace."""
    token = await make_token(world, "Sandbox Token", "SAND", parameters)
    proposer = world.next_deployment(ahead=1)
    timelock = await world.deploy(
        "TimelockController",
        parameters.timelock_delay,
        [proposer, GUARDIAN.address],
        [ANYONE],
        ANYONE,
    )
    governor = await world.deploy(
        "SandboxGovernor",
        token,
        timelock,
        parameters.voting_delay,
        parameters.voting_period,
        parameters.threshold * TOKEN,
        parameters.quorum * 10_000 // SUPPLY,
    )
    assert governor == proposer, "The TimelockController's proposer is the governor."
    return OpenZeppelinDao(
        world=world,
        token_address=token,
        timelock_address=timelock,
        governor_address=governor,
        target_address=await world.deploy("Marketplace", timelock),
    )
