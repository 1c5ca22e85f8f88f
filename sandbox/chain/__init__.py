"""The sandbox's chain: real governor contracts on an EVM, behind a node on loopback."""

from sandbox.chain.wallet import Wallet
from sandbox.chain.world import ChainWorld

__all__ = ["ChainWorld", "Wallet"]
