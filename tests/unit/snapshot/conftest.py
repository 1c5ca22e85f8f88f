"""A key everybody knows, and a proposal to sign with it."""

import pytest
from eth_account import Account

from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.snapshot import VotingType
from bot.domain.types import Address, BlockNumber, SpaceId, UnixSeconds
from bot.gateways.snapshot.signer import Signer

# The first account of the "test test … junk" phrase, published by every development tool.
JUNK_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
JUNK_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@pytest.fixture
def key() -> str:
    return JUNK_KEY


@pytest.fixture
def signer() -> Signer:
    return Signer(Account.from_key(JUNK_KEY))


@pytest.fixture
def message() -> ProposalMessage:
    return ProposalMessage(
        author=Address(JUNK_ADDRESS),
        space=SpaceId("usebraintrust.eth"),
        timestamp=UnixSeconds(1_800_000_000),
        type=VotingType.SINGLE_CHOICE,
        title="[Temperature Check] - Lower the marketplace fee 🗳️",
        body="Zażółć “gęślą” jaźń\n\n> 提案\t\\ <b>&amp;</b>",
        discussion="https://discord.com/channels/1/2",
        choices=("Yes", "No — keep it"),
        start=UnixSeconds(1_800_086_400),
        end=UnixSeconds(1_800_345_600),
        snapshot_block=BlockNumber(24_000_000),
        labels=("gov",),
    )
