"""Whatever fails between us and Discord, each thing is said once and reads as it should."""

import asyncio
from dataclasses import dataclass, field, replace
from enum import StrEnum

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.announcement import IdeaReady, PhaseChanged, Subject
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.outbox import Post, PostState, marker, nonce
from bot.domain.proposal import Proposal
from bot.domain.speech import Speech
from bot.domain.types import ChannelId, MessageId, UserId
from bot.services.delivery import Delivery
from tests import builders
from tests.property.conftest import OpenDatabase
from tests.watched import CrashError, HandClock, WatchedDatabase

NONCE_WINDOW = 300  # seconds


@dataclass(slots=True, kw_only=True)
class Shown:
    """A message as Discord has it."""

    channel: ChannelId
    marker: str
    nonce: str
    sent_at: int
    text: Speech


@dataclass(slots=True)
class Channels:
    """As much of Discord as the account of the outbox can see."""

    clock: HandClock
    messages: dict[MessageId, Shown] = field(default_factory=dict)

    def send(self, post: Post) -> MessageId:
        for message_id, known in self.messages.items():
            if known.nonce == nonce(post) and self.clock() - known.sent_at < NONCE_WINDOW:
                return message_id
        message_id = MessageId(1_000 + len(self.messages))
        self.messages[message_id] = Shown(
            channel=post.channel_id,
            marker=marker(post),
            nonce=nonce(post),
            sent_at=self.clock(),
            text=post.speech,
        )
        return message_id

    def find(self, post: Post) -> MessageId | None:
        return next((id_ for id_, m in self.messages.items() if m.marker == marker(post)), None)


class Fate(StrEnum):
    """What becomes of one attempt."""

    FINE = "fine"
    REFUSED = "Discord fails"
    LOST = "the answer is lost and the process dies"
    DIES_BEFORE = "the process dies before it sends"
    DIES_AFTER_CLAIM = "the process dies after the claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    supporters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    fate: Fate
    wait: int


WAITS = st.sampled_from([0, 1, 15, 60, 400, 4_000])
STEPS = st.one_of(
    st.builds(Say, number=st.integers(0, 3)),
    st.builds(Change, supporters=st.integers(0, 9)),
    st.builds(Deliver, fate=st.just(Fate.FINE), wait=WAITS),
    st.builds(Deliver, fate=st.sampled_from(Fate), wait=WAITS),
)


@dataclass(slots=True, kw_only=True)
class Speaker:
    database: WatchedDatabase
    clock: HandClock
    channels: Channels
    idea: Proposal
    delivery: Delivery

    async def say(self, speech: Speech) -> None:
        async with self.database.transaction() as store:
            await store.outbox.say(
                builders.community(), speech, self.clock(), proposal_id=self.idea.id
            )

    async def deliver(self, fate: Fate) -> None:
        """Handle what is due, as the cog does: everything, or the first thing up to its fate."""
        due = await self.delivery.due()
        for post in due if fate is Fate.FINE else due[:1]:
            if fate is Fate.DIES_BEFORE:
                raise CrashError
            if post.state is PostState.SAID:
                await self.edit(post, fate)
            elif post.state is PostState.SENDING and (known := self.channels.find(post)):
                await self.delivery.found(post, post.channel_id, known)
            else:
                await self.send(post, fate)

    async def send(self, post: Post, fate: Fate) -> None:
        await self.delivery.claim(post)
        if fate is Fate.DIES_AFTER_CLAIM:
            raise CrashError
        if fate is Fate.REFUSED:
            await self.delivery.failed(replace(post, attempts=post.attempts + 1), "503")
            return
        message_id = self.channels.send(post)
        if fate is Fate.LOST:
            raise CrashError
        await self.delivery.sent(post, post.channel_id, message_id)

    async def edit(self, post: Post, fate: Fate) -> None:
        assert post.message_id is not None
        if post.wants_thread:
            await self.delivery.thread_opened(post, ChannelId(77))
            return
        if fate is Fate.REFUSED:
            await self.delivery.failed(post, "503")
            return
        shown = self.channels.messages[post.message_id]
        shown.text = post.speech
        if fate is Fate.LOST:
            raise CrashError
        await self.delivery.edited(post, self.clock())


def announcement(idea: Proposal, number: int) -> Speech:
    subject = Subject(proposal_id=idea.id, reference=idea.reference, title=idea.title)
    if number == 0:
        return IdeaReady(subject=subject, supporters=3, move_number=0)
    return PhaseChanged(
        subject=subject, phase=Phase.PARKED, by=UserId(2), reason="", move_number=number
    )


FINE = Deliver(fate=Fate.FINE, wait=60)


@settings(max_examples=30)
@example(steps=[FINE, FINE, Change(supporters=1), FINE, Change(supporters=2)])
@given(steps=st.lists(STEPS, max_size=30))
def test_each_thing_is_said_once_however_often_sending_fails(
    fresh_database: OpenDatabase, steps: list[Say | Change | Deliver]
) -> None:
    """After any failures, once they stop, every channel shows each thing once, as it is now."""

    async def law() -> None:
        async with fresh_database() as database:
            speaker, card = await begun(database)
            wanted: set[str] = {card.key}
            for step in steps:
                match step:
                    case Say():
                        speech = announcement(speaker.idea, step.number)
                        wanted.add(speech.key)
                        await speaker.say(speech)
                    case Change():
                        card = replace(card, supporters=step.supporters)
                        await speaker.say(card)
                    case Deliver():
                        await attempt(speaker, step)
            await drain(speaker)
            check(speaker.channels, card, wanted)

    asyncio.run(law())


async def begun(database: WatchedDatabase) -> tuple[Speaker, ProposalCard]:
    clock = HandClock(10_000)
    async with database.transaction() as store:
        await store.communities.save(builders.community())
        idea = await store.proposals.add(builders.proposal())
        await store.show(idea.id, clock())
        card = replace(await store.card(idea, builders.community()), thread_id=None)
    speaker = Speaker(
        database=database,
        clock=clock,
        channels=Channels(clock),
        idea=idea,
        delivery=Delivery(database, clock),
    )
    return speaker, card


async def attempt(speaker: Speaker, step: Deliver) -> None:
    try:
        await speaker.deliver(step.fate)
    except CrashError:
        speaker.delivery = Delivery(speaker.database, speaker.clock)
    speaker.clock.wait(step.wait)


async def drain(speaker: Speaker) -> None:
    for _ in range(200):
        await speaker.deliver(Fate.FINE)
        speaker.clock.wait(601)
        if not await speaker.delivery.due():
            return
    raise AssertionError("something is due for ever")


def check(channels: Channels, card: ProposalCard, wanted: set[str]) -> None:
    texts = [(shown.channel, shown.text) for shown in channels.messages.values()]
    places = [(channel, text.key) for channel, text in texts]
    assert len(places) == len(set(places)), "something was said twice"
    assert {key for _, key in places} == wanted
    assert [text for _, text in texts if isinstance(text, ProposalCard)] == [card]
