"""What is read of a vote on Snapshot that is changed or deleted."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.drafting.draft import first_draft
from bot.domain.offchain.announcement import ChangeRefused
from bot.domain.offchain.messages import MessageKind, MessageStatus, SentMessage
from bot.domain.offchain.snapshot import SignedEnvelope
from bot.domain.offchain.vote import OffChainVote, VoteStatus
from bot.domain.policy import BRAINTRUST, Step
from bot.domain.types import Address, SnapshotProposalId, UnixSeconds, UserId
from bot.services.changes import ChangeState, OfferedDeletion, PostedVote
from cogs.cards.votes.changes import deletion_page, how_far
from tests import builders
from tests.builders import GUILD, MARA, on_snapshot

Read = Callable[..., Any]
DRAFT = first_draft(builders.proposal(), BRAINTRUST, "", MARA, UnixSeconds(1))
MESSAGE = SnapshotProposalId("0x" + "ab" * 32)


@pytest.mark.parametrize(
    ("is_deletion", "title", "again"),
    [(False, "⚠ Not changed", "/proposal edit"), (True, "⚠ Not deleted", "/proposal delete")],
)
def test_a_refusal_says_what_was_wanted_what_it_means_and_how_to_try_again(
    read: Read, *, is_deletion: bool, title: str, again: str
) -> None:
    shown = read(
        ChangeRefused(
            subject=builders.subject(),
            step=Step.TEMPERATURE,
            step_name="Temperature Check",
            message_id=MESSAGE,
            is_deletion=is_deletion,
            by=UserId(7),
            text="Not the author",
            meaning="Only the address that made the proposal may change it.",
        )
    )
    assert shown.title.startswith(title)
    assert "<@7> wanted the **Temperature Check** of BTRST-1" in shown.text
    assert "> Not the author" in shown.text
    assert "Only the address that made the proposal" in shown.text
    assert again in shown.fields["Next"]


def offered(votes: int, **changes: Any) -> OfferedDeletion:
    seen = replace(on_snapshot(DRAFT), votes=votes, **changes)
    vote = OffChainVote(
        proposal_id=builders.proposal().id,
        step=Step.TEMPERATURE,
        round=1,
        status=VoteStatus.POSTED,
        opens_at=UnixSeconds(1),
        envelope=None,
        snapshot_id=seen.id,
        observed=seen,
    )
    posted = PostedVote(
        community=builders.community(),
        proposal=builders.proposal(),
        vote=vote,
        seen=seen,
        author=Address("0x1"),
    )
    return OfferedDeletion(typed_id=1, posted=posted, reason="@everyone **wrong**")


@pytest.mark.parametrize(
    ("votes", "words"),
    [
        (0, "Nobody has voted yet"),
        (1, "1 vote was cast on it and will be lost"),
        (1_234, "1,234 votes were cast on it and will be lost"),
    ],
)
def test_a_deletion_says_in_words_what_is_lost(votes: int, words: str) -> None:
    text = str(deletion_page(offered(votes)).to_dict())
    assert words in text
    assert "cannot be undone" in text


def test_a_strangers_title_and_reason_stay_text() -> None:
    page = deletion_page(offered(1, title="@everyone [x](https://evil.example)\n# Big" * 9))
    text = f"{page.title}{page.description}"
    assert "**wrong**" not in text
    assert "](" not in text
    assert len(page.title or "") <= 256


@pytest.mark.parametrize("kind", [MessageKind.UPDATE, MessageKind.CANCEL])
@pytest.mark.parametrize(
    ("status", "sign"),
    [
        (MessageStatus.SIGNED, "⏳"),
        (MessageStatus.ACCEPTED, "⏳"),
        (MessageStatus.DONE, "✔"),
        (MessageStatus.REFUSED, "✖"),
    ],
)
def test_whoever_confirmed_it_reads_how_far_it_has_come(
    kind: MessageKind, status: MessageStatus, sign: str
) -> None:
    sent = SentMessage(
        envelope=SignedEnvelope(id=MESSAGE, text="{}"),
        kind=kind,
        guild_id=GUILD,
        snapshot_id=MESSAGE,
        user_id=MARA,
        status=status,
        at=UnixSeconds(1),
        answer="the moon is in the way" if status is MessageStatus.REFUSED else "",
    )
    text = how_far(ChangeState(sent=sent, meaning=sent.answer))
    assert text.startswith(sign)
    assert text.count("the moon is in the way") == (status is MessageStatus.REFUSED)
