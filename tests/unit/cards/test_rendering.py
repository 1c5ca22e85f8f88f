"""From a message on its way to what Discord gets."""

from collections.abc import Callable
from typing import Any, get_args

import discord
import pytest

from bot.domain.announcement import (
    IdeaJoined,
    IdeaMerged,
    IdeaReady,
    NextStep,
    PhaseChanged,
    StatusSet,
    Subject,
    TroubleFound,
    TroubleMended,
)
from bot.domain.lifecycle import Phase
from bot.domain.live_card import Board, ProposalCard, TallyCard
from bot.domain.offchain.announcement import VoteRehearsed
from bot.domain.onchain.announcement import ChainNews, GovernorNews
from bot.domain.outbox import Post, marker
from bot.domain.review.review_card import ReviewCard
from bot.domain.speech import Audience, Speech
from bot.domain.types import ChannelId, RoleId, UnixSeconds, UserId
from cogs.cards import render
from cogs.cards.drafts.review_news import ReviewSpeech
from cogs.cards.rendering import _CarryingOut
from cogs.cards.votes.aliases import AliasSpeech
from cogs.cards.votes.news import VoteSpeech

Read = Callable[..., Any]
ROLE = RoleId(77)


def test_every_kind_of_speech_has_a_card() -> None:
    written = {
        ProposalCard,
        TallyCard,
        Board,
        ReviewCard,
        *get_args(ChainNews),
        *get_args(_CarryingOut),
        IdeaReady,
        IdeaMerged,
        IdeaJoined,
        PhaseChanged,
        NextStep,
        StatusSet,
        TroubleFound,
        TroubleMended,
        *get_args(ReviewSpeech),
        *get_args(VoteSpeech),
        *get_args(AliasSpeech),
    }
    assert set(get_args(Speech)) == written


def test_the_footer_carries_the_marker_by_which_the_message_is_found_again(
    post: Callable[..., Post], card: ProposalCard
) -> None:
    message = post(card)
    assert render(message).embed.footer.text == f"BTRST-12 · {marker(message)}"


def test_a_message_without_a_role_calls_nobody(read: Read, news: GovernorNews) -> None:
    rendered = read(news).rendered
    assert rendered.content is None
    assert rendered.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


def test_a_member_is_called_and_nobody_else(read: Read, news: GovernorNews) -> None:
    rendered = read(news, mentioned_id=UserId(501)).rendered
    assert rendered.content == "<@501>"
    assert rendered.allowed_mentions.to_dict() == {"parse": [], "users": [501]}
    struck_out = read(news, mentioned_id=UserId(501), is_withdrawn=True).rendered
    assert struck_out.content is None
    assert struck_out.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()


def test_a_role_is_called_and_nobody_else(read: Read, news: GovernorNews) -> None:
    rendered = read(news, role_id=ROLE).rendered
    assert rendered.content == "<@&77>"
    assert rendered.allowed_mentions.to_dict() == {"parse": [], "roles": [77]}


def test_the_same_message_reads_the_same_every_time(read: Read, tally: TallyCard) -> None:
    first, second = read(tally).rendered, read(tally).rendered
    assert first.embed.to_dict() == second.embed.to_dict()
    assert first.view.to_components() == second.view.to_components()


def test_only_a_proposals_card_names_a_thread(
    read: Read, card: ProposalCard, tally: TallyCard
) -> None:
    assert read(card).rendered.thread_name.startswith("BTRST-12 · Lower the")
    assert read(tally).rendered.thread_name is None
    assert read(tally).rendered.reactions == ()


def test_a_withdrawn_message_says_in_words_that_a_reorganisation_undid_it(
    read: Read, news: GovernorNews
) -> None:
    shown = read(news, role_id=ROLE, is_withdrawn=True)
    assert shown.title == "✖ No longer true: 📣 Proposed on chain: Lower the fee"
    assert shown.text.startswith("**Withdrawn.** This was said of a block that the chain has since")
    assert "(a reorganisation)" in shown.text
    assert "~~BTRST-12 at Braintrust Governor: " in shown.text
    assert "announced anew" in shown.next_step


def test_a_withdrawn_message_calls_nobody_and_asks_for_nothing(
    read: Read, news: GovernorNews, card: ProposalCard
) -> None:
    rendered = read(news, role_id=ROLE, is_withdrawn=True).rendered
    assert rendered.content is None
    assert rendered.view is None
    assert rendered.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict()
    assert read(card, is_withdrawn=True).rendered.reactions == ()


def test_a_quotation_is_struck_out_row_by_row(read: Read, card: ProposalCard) -> None:
    text = read(card, is_withdrawn=True).text
    assert "> ~~Clients compare us with agencies at 5 %.~~\n> ~~Two points" in text


@pytest.mark.parametrize("audience", list(Audience))
def test_the_subject_is_named_wherever_it_is_said(
    read: Read, subject: Subject, audience: Audience
) -> None:
    shown = read(IdeaReady(subject=subject, supporters=3, move_number=0), key=f"x:{audience}")
    assert "BTRST-12" in shown.footer
    assert subject.title in shown.title


def test_what_is_said_again_says_so_and_a_restored_card_does_not(
    read: Read, subject: Subject
) -> None:
    ready = IdeaReady(subject=subject, supporters=3, move_number=1)
    assert "Said again at a moderator's wish" in read(ready, generation=1).text
    assert "Said again" not in read(ready).text


def test_a_rehearsed_message_says_where_it_would_be(read: Read, subject: Subject) -> None:
    ready = IdeaReady(subject=subject, supporters=3, move_number=1)
    shown = read(ready, is_rehearsal=True, would_be_in=(ChannelId(7), None))
    assert "Dry run: would be said in <#7> and the thread." in shown.text.replace("*", "")


def test_a_rehearsed_vote_brings_its_data_as_a_file(read: Read, vote: dict[str, Any]) -> None:
    news = VoteRehearsed(
        **vote, vote_title="Fees", start=UnixSeconds(1), end=UnixSeconds(2), typed_data="{}"
    )
    shown = read(news, is_rehearsal=True)
    assert "Nothing was signed and nothing was sent" in shown.everything
    assert shown.rendered.file is not None
    assert shown.rendered.file.fp.read() == b"{}"


def test_a_status_that_was_set_says_who_and_why(read: Read, subject: Subject) -> None:
    shown = read(
        StatusSet(
            subject=subject,
            before=Phase.CONSENSUS_CHECK,
            phase=Phase.PASSED,
            by=UserId(9),
            reason="<@1> counted by hand",
            move_number=4,
        )
    )
    assert "<@9> has set BTRST-12 from “consensus check” to “passed”" in shown.text
    assert "> <@1> counted by hand" in shown.text
