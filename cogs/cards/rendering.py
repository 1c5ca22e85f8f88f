"""From a message on its way to what Discord gets."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import assert_never

import discord

from bot.domain.announcement import (
    DraftApproved,
    DraftSubmitted,
    IdeaJoined,
    IdeaMerged,
    IdeaReady,
    NextStep,
    PhaseChanged,
    ReviewVoided,
    StatusSet,
    TroubleFound,
    TroubleMended,
)
from bot.domain.implementation import ImplementationAgreed, ImplementationDue, Implemented
from bot.domain.lifecycle import GATHERING
from bot.domain.live_card import Board, ProposalCard, TallyCard
from bot.domain.offchain.alias import AliasEnding, AliasLinked, AliasRefused
from bot.domain.offchain.announcement import VoteRehearsed
from bot.domain.onchain.announcement import (
    ChainNews,
    FamilyNews,
    GovernorNews,
    LargeVote,
    OperationNews,
    ParameterNews,
)
from bot.domain.outbox import Post, marker
from bot.domain.review.announcement import CallsDiffer, ChecksMissing, ConcernRaised
from bot.domain.review.review_card import ReviewCard
from bot.domain.speech import Card, Speech, is_live
from bot.domain.types import ChannelId
from cogs.cards.attachments import TextFile
from cogs.cards.buttons import view
from cogs.cards.chain import family_news, large_vote, operation_news, parameter_news
from cogs.cards.chain import news as governor_news
from cogs.cards.chain import review as technical_review
from cogs.cards.chain import review_news as technical_review_news
from cogs.cards.drafts import review_news
from cogs.cards.fitting import Colour, Page, cut, embed
from cogs.cards.markup import channel, member, role
from cogs.cards.proposals import announcements, board, implementation, proposal_card
from cogs.cards.server import troubles
from cogs.cards.votes import aliases
from cogs.cards.votes import news as vote_news
from cogs.cards.votes import tally as tally_card
from cogs.cards.votes.news import VoteSpeech

_CarryingOut = (
    CallsDiffer
    | ChecksMissing
    | ConcernRaised
    | ImplementationAgreed
    | ImplementationDue
    | Implemented
)
_STRUCK_TITLE = 200
_SAID_AGAIN = "Said again at a moderator's wish; this is no news."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as Discord takes it."""

    content: str | None  # only the mention of a role or a member, or `None`
    embed: discord.Embed
    view: discord.ui.View | None  # `None`: no buttons
    allowed_mentions: discord.AllowedMentions  # nobody, or exactly that one
    thread_name: str | None  # for a proposal's card, and of a board that is a forum's post
    reactions: tuple[str, ...]  # for a card that gathers support: the emoji to add first
    file: TextFile | None = None

    @property
    def digest(self) -> str:
        """A short code that is the same only for what reads the same."""
        buttons = self.view.to_components() if self.view else []
        shown = json.dumps([self.content, self.embed.to_dict(), buttons], default=str)
        return blake2s(shown.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def render(post: Post) -> Rendered:
    """Write a message; one that a reorganisation made untrue is struck out and calls nobody."""
    page = written(post.speech)
    if post.is_withdrawn:
        page = _withdrawn(page)
    if post.generation and not is_live(post.speech):
        page = replace(page, lines=(_SAID_AGAIN, "", *page.lines))
    if post.would_be_in:
        page = _rehearsed(page, post.would_be_in)
    content, mentions = _called(post)
    return Rendered(
        content=content,
        embed=embed(page, marker(post)),
        view=view(page.buttons),
        allowed_mentions=mentions,
        thread_name=_thread_name(post.speech),
        reactions=() if post.is_withdrawn else _reactions(post.speech),
        file=_file(post.speech),
    )


def shown(card: ProposalCard | TallyCard) -> tuple[discord.Embed, discord.ui.View | None]:
    """Write a card as the answer to a person who asks for it."""
    page = written(card)
    return embed(page), view(page.buttons)


def written(speech: Speech) -> Page:  # noqa: PLR0911 - one for each family
    """Write what is said, whatever it is."""
    match speech:
        case ProposalCard() | TallyCard() | Board() | ReviewCard():
            return _card(speech)
        case GovernorNews() | LargeVote() | OperationNews() | ParameterNews() | FamilyNews():
            return _on_chain(speech)
        case TroubleFound() | TroubleMended():
            return troubles.page(speech)
        case IdeaReady() | PhaseChanged() | StatusSet() | IdeaMerged() | IdeaJoined() | NextStep():
            return announcements.page(speech)
        case DraftSubmitted() | DraftApproved() | ReviewVoided():
            return review_news.page(speech)
        case AliasLinked() | AliasEnding() | AliasRefused():
            return aliases.page(speech)
        case _:
            return _carried_out(speech)


def _carried_out(speech: _CarryingOut | VoteSpeech) -> Page:
    match speech:
        case CallsDiffer() | ChecksMissing() | ConcernRaised():
            return technical_review_news.page(speech)
        case ImplementationAgreed() | ImplementationDue() | Implemented():
            return implementation.page(speech)
        case _:
            return vote_news.page(speech)


def _on_chain(news: ChainNews) -> Page:
    match news:
        case GovernorNews():
            return governor_news.page(news)
        case LargeVote():
            return large_vote.page(news)
        case OperationNews():
            return operation_news.page(news)
        case ParameterNews():
            return parameter_news.page(news)
        case FamilyNews():
            return family_news.page(news)
        case _:
            assert_never(news)


def _card(card: Card) -> Page:
    match card:
        case ProposalCard():
            return proposal_card.page(card)
        case TallyCard():
            return tally_card.page(card)
        case Board():
            return board.page(card)
        case ReviewCard():
            return technical_review.page(card)
        case _:
            assert_never(card)


def _called(post: Post) -> tuple[str | None, discord.AllowedMentions]:
    """Say who is called by this message: one role, one member or nobody."""
    allowed = discord.AllowedMentions.none()
    if post.is_withdrawn or (post.role_id is None and post.mentioned_id is None):
        return None, allowed
    called = []
    if post.role_id is not None:
        allowed.roles = [discord.Object(post.role_id)]
        called.append(role(post.role_id))
    if post.mentioned_id is not None:
        allowed.users = [discord.Object(post.mentioned_id)]
        called.append(member(post.mentioned_id))
    return " ".join(called), allowed


def _thread_name(speech: Speech) -> str | None:
    if isinstance(speech, Board):
        return board.NAME
    if not isinstance(speech, ProposalCard):
        return None
    return proposal_card.thread_name(speech.subject.reference, speech.subject.title)


def _reactions(speech: Speech) -> tuple[str, ...]:
    if isinstance(speech, ProposalCard) and speech.phase in GATHERING:
        return tuple(filter(None, (speech.support_emoji, speech.opposition_emoji)))
    return ()


def _file(speech: Speech) -> TextFile | None:
    if not isinstance(speech, VoteRehearsed):
        return None
    return TextFile(io.BytesIO(speech.typed_data.encode(errors="replace")), filename="vote.json")


def _rehearsed(page: Page, would_be_in: Sequence[ChannelId | None]) -> Page:
    places = ["the thread" if each is None else channel(each) for each in would_be_in]
    said = f"**Dry run:** would be said in {' and '.join(places)}. Here nobody is called."
    return replace(page, lines=(said, "", *page.lines))


def _withdrawn(page: Page) -> Page:
    struck = [_struck(row) for row in "\n".join(page.lines).split("\n") if row.strip("> ")]
    return Page(
        title=f"✖ No longer true: {cut(page.title, _STRUCK_TITLE)}",
        lines=(
            (
                "**Withdrawn.** This was said of a block that the chain has since replaced by "
                "another (a reorganisation). What it said did not happen, or not yet:"
            ),
            "",
            *struck,
        ),
        next_step="Nothing to do. If it happens after all, it is announced anew.",
        source=page.source,
        colour=Colour.ENDED,
    )


def _struck(row: str) -> str:
    return f"> ~~{row[2:]}~~" if row.startswith("> ") else f"~~{row}~~"
