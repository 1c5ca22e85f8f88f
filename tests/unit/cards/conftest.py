"""The values that cards are made from, and a reader of what Discord would show."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import discord
import pytest

from bot.domain.announcement import Subject
from bot.domain.lifecycle import Phase
from bot.domain.live_card import OnChainSummary, ProposalCard, TallyCard, VoteSummary
from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.call import Argument, DecodedCall
from bot.domain.onchain.governor import (
    GovernorState,
    ProposalKey,
    QuorumRule,
    TimelockKind,
)
from bot.domain.onchain.proposal import Moment
from bot.domain.outbox import Post, PostState
from bot.domain.policy import Step
from bot.domain.speech import Speech
from bot.domain.types import (
    Address,
    ChainId,
    ChannelId,
    GovernorProposalId,
    GuildId,
    ProposalId,
    RoleId,
    TransactionHash,
    UnixSeconds,
    UserId,
    Wei,
)
from cogs.cards import Rendered, render

START = UnixSeconds(1_790_000_000)
LINK = "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A message as a reader sees it: Discord's escapes are undone."""

    rendered: Rendered
    title: str
    text: str
    fields: dict[str, str]
    footer: str
    buttons: dict[str, str]  # label: address or custom id

    @property
    def next_step(self) -> str:
        return self.fields["Next"]

    @property
    def everything(self) -> str:
        return "\n".join([self.title, self.text, *self.fields, *self.fields.values()])


def unescaped(text: str) -> str:
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)


def _buttons(view: discord.ui.View | None) -> dict[str, str]:
    buttons = (
        [item for item in view.children if isinstance(item, discord.ui.Button)] if view else []
    )
    return {button.label or "": button.url or button.custom_id or "" for button in buttons}


@pytest.fixture
def post() -> Callable[..., Post]:
    def make(speech: Speech, **changes: Any) -> Post:
        values: dict[str, Any] = {
            "id": 1,
            "key": speech.key,
            "guild_id": GuildId(1),
            "proposal_id": ProposalId(12),
            "speech": speech,
            "role_id": None,
            "state": PostState.DUE,
            "revision": 1,
            "is_withdrawn": False,
            "generation": 0,
            "attempts": 0,
            "claimed_at": None,
            "channel_id": ChannelId(5),
            "is_forum": False,
            "message_id": None,
            "wants_thread": False,
        }
        return Post(**values | changes)

    return make


@pytest.fixture
def read(post: Callable[..., Post]) -> Callable[..., Shown]:
    def make(speech: Speech, **changes: Any) -> Shown:
        rendered = render(post(speech, **changes))
        payload = rendered.embed.to_dict()
        return Shown(
            rendered=rendered,
            title=unescaped(payload.get("title") or ""),
            text=unescaped(payload.get("description", "")),
            fields={
                unescaped(field["name"]): unescaped(field["value"])
                for field in payload.get("fields", [])
            },
            footer=payload["footer"]["text"],
            buttons=_buttons(rendered.view),
        )

    return make


@pytest.fixture
def subject() -> Subject:
    return Subject(
        proposal_id=ProposalId(12),
        reference="BTRST-12",
        title="Lower the marketplace fee from 10 % to 8 %",
    )


@pytest.fixture
def vote(subject: Subject) -> dict[str, Any]:
    """What all news of a vote carry."""
    return {
        "subject": subject,
        "step": Step.TEMPERATURE,
        "step_name": "Temperature Check",
        "round": 1,
    }


@pytest.fixture
def fee_call() -> DecodedCall:
    return DecodedCall(
        target=Address("0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb"),
        value=Wei(0),
        function="setMarketplaceFee",
        arguments=(Argument(type="uint8", value="8"),),
        selector="0x0b5bf0a8",
    )


@pytest.fixture
def news(fee_call: DecodedCall) -> GovernorNews:
    return GovernorNews(
        moment=Moment.CREATED,
        governor_key=ProposalKey(
            chain_id=ChainId(1), governor=Address("0x1a0D"), id=GovernorProposalId(3)
        ),
        governor_name="Braintrust Governor",
        title="Lower the fee",
        reference="BTRST-12",
        proposer="0x799ebfABE77a6E34311eeEe9825190B9ECe32824",
        calls=(fee_call,),
        vote_starts_at=START,
        vote_ends_at=UnixSeconds(START + 86_400),
        times_are_estimates=True,
        for_votes=Decimal(1_020_000),
        against_votes=Decimal(236_400),
        abstain_votes=None,
        quorum=Decimal(100_000),
        unit="BTRST",
        eta=UnixSeconds(START + 700_000),
        expires_at=UnixSeconds(START + 1_900_000),
        transaction_hash=TransactionHash("0x" + "ab" * 32),
        at=START,
        quorum_rule=QuorumRule.FOR,
        quorum_counted=Decimal(1_020_000),
        quorum_missing=Decimal(0),
        timelock_kind=TimelockKind.COMPOUND,
        token=Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824"),
        delegate_until=START,
    )


@pytest.fixture
def card(subject: Subject) -> ProposalCard:
    return ProposalCard(
        subject=subject,
        phase=Phase.IDEA,
        reason="",
        idea="Clients compare us with agencies at 5 %.\n\nTwo points less would bring more.",
        author_id=UserId(501),
        moderator_role_id=RoleId(601),
        supporters=7,
        threshold=10,
        support_emoji="👍",
        author_counts=False,
        promotable_from=START,
        votes=(),
        on_chain=None,
    )


@pytest.fixture
def open_vote() -> VoteSummary:
    return VoteSummary(
        step=Step.TEMPERATURE,
        step_name="Temperature Check",
        opens_at=START,
        end=UnixSeconds(START + 259_200),
        link=LINK,
        passed=None,
        why="",
    )


@pytest.fixture
def on_chain(fee_call: DecodedCall) -> OnChainSummary:
    return OnChainSummary(
        governor_name="Braintrust Governor",
        id="3",
        state=GovernorState.ACTIVE,
        vote_ends_at=START,
        times_are_estimates=True,
        calls=(fee_call,),
        eta=None,
        expires_at=None,
        executed_transaction=None,
    )


@pytest.fixture
def tally() -> TallyCard:
    return TallyCard(
        tally_key="proposal:12:temperature:1:tally",
        reference="BTRST-12",
        heading="Temperature Check",
        title="[Temperature Check] - Lower the marketplace fee to 8 %",
        source="Snapshot",
        choices=("Yes", "No"),
        scores=(Decimal(1_020_000), Decimal(236_400)),
        scores_total=Decimal(1_256_400),
        votes=143,
        quorum=Decimal(100_000),
        quorum_counted=Decimal(1_256_400),
        unit="BTRST",
        start=START,
        end=UnixSeconds(START + 259_200),
        times_are_estimates=False,
        is_open=True,
        is_hidden=False,
        is_final=False,
        passed=True,
        why="more Yes than the rest",
        link=LINK,
        seen_at=UnixSeconds(START + 40),
    )
