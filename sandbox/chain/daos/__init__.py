"""DAOs on the sandbox's chain, one class for each family of governors."""

from sandbox.chain.daos.compound import AlphaDao, BravoDao, NounsDao
from sandbox.chain.daos.dao import GRACE_PERIOD, GUARDIAN, TOKEN, Dao, SandboxCall, SandboxProposal
from sandbox.chain.daos.openzeppelin import (
    AccessDao,
    BravoCompatibleDao,
    CompoundTimelockDao,
    OpenZeppelinDao,
    OverridableDao,
    PlainDao,
    SequentialDao,
)

__all__ = [
    "GRACE_PERIOD",
    "GUARDIAN",
    "TOKEN",
    "AccessDao",
    "AlphaDao",
    "BravoCompatibleDao",
    "BravoDao",
    "CompoundTimelockDao",
    "Dao",
    "NounsDao",
    "OpenZeppelinDao",
    "OverridableDao",
    "PlainDao",
    "SandboxCall",
    "SandboxProposal",
    "SequentialDao",
]
