"""Votes that were made elsewhere: found once, told once, linked where they say so."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot.domain.errors import Denial, Refusal
from bot.domain.lifecycle import Phase
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import (
    SpaceFollowed,
    VoteClosingSoon,
    VoteDecided,
    VoteEdited,
    VoteGone,
    VoteLinked,
    VoteOpened,
    VotePosted,
    VoteUnlinked,
)
from bot.domain.offchain.followed import FollowStatus
from bot.domain.offchain.vote import VoteStatus
from bot.domain.outbox import PostState
from bot.domain.policy import DAY, HOUR, VoteMoment
from bot.domain.types import GuildId, Seconds, SnapshotProposalId, SpaceId
from bot.gateways.snapshot.budget import RequestBudget
from bot.gateways.snapshot.client import SnapshotClient
from bot.gateways.snapshot.wire import SnapshotError
from bot.services.following import Following
from bot.services.vote_links import VoteLinks
from bot.services.watching import Watching
from sandbox.snapshot.exchange import json_reply
from sandbox.snapshot.ledger import ProposalRecord
from tests import builders
from tests.builders import AUTHOR, GUILD, MODERATOR
from tests.town import SPACE, Town
from tests.watched import CrashError

OTHER = "ens.eth"
ELSEWHERE = "Made elsewhere"


def watching(town: Town) -> Watching:
    return Watching(town.database, town.snapshot, town.clock)


def links(town: Town) -> VoteLinks:
    return VoteLinks(town.database, town.snapshot, town.clock)


async def decide(town: Town, **changes: Any) -> None:
    """Let the community change its policy."""
    await town.found(builders.community(policy=builders.policy(**changes)))


async def looked(town: Town, wait: int = 60) -> None:
    town.clock.wait(wait)
    await town.tallies.tick()


async def made(
    town: Town, title: str = ELSEWHERE, space: str = SPACE, **fields: Any
) -> ProposalRecord:
    """Look at the space for the first time; then let somebody make a vote there."""
    await town.tallies.tick()
    town.clock.wait(60)
    return town.world.place(space, title, **fields)


async def status(town: Town, record: ProposalRecord) -> FollowStatus:
    async with town.database.reading() as store:
        followed = await store.follows.vote(GUILD, SnapshotProposalId(record.id))
    assert followed is not None
    return followed.status


# The first look


async def test_what_is_open_at_the_first_look_is_listed_once_and_quietly(town: Town) -> None:
    for number in range(12):
        town.world.place(SPACE, f"Old {number}")
    for _ in range(3):
        await looked(town)
    ((heard, listed),) = await town.heard(SpaceFollowed)
    assert (heard.state, heard.role_id) == (PostState.DUE, None)
    assert (len(listed.votes), listed.more, listed.is_own) == (10, 2, True)
    assert not await town.heard(VoteOpened)
    assert not await town.heard(TallyCard)


async def test_votes_that_were_listed_are_reminded_of_and_decided(town: Town) -> None:
    old = town.world.place(SPACE, "Old")
    await town.tallies.tick()
    town.clock.time = old.end - 60
    await town.tallies.tick()
    assert len(await town.heard(VoteClosingSoon)) == 1
    town.clock.time = old.end + 61
    await town.tallies.tick()
    assert (await town.only(VoteDecided)).passed is None
    assert not await town.heard(TallyCard)


async def test_a_space_without_open_votes_is_followed_in_silence(town: Town) -> None:
    await town.tallies.tick()
    ((heard, _),) = await town.heard(SpaceFollowed)
    assert heard.state is PostState.SKIPPED


async def test_our_own_votes_are_in_no_list(town: Town) -> None:
    await town.opened()
    await looked(town)
    assert (await town.only(SpaceFollowed)).votes == ()
    assert len(await town.heard(TallyCard)) == 1


async def test_a_community_that_adopts_nothing_hears_nothing_of_its_space(town: Town) -> None:
    await decide(town, adopts_votes=False)
    await made(town)
    await looked(town)
    assert not await town.heard(SpaceFollowed)
    assert not await town.heard(VoteOpened)


# What is made elsewhere


async def test_a_vote_made_elsewhere_is_told_from_its_opening_to_its_result(town: Town) -> None:
    vote = await made(town)
    for _ in range(3):
        await looked(town)
    opened = await town.only(VoteOpened)
    assert (opened.vote_title, opened.is_ours, opened.is_by_stranger) == (ELSEWHERE, False, True)
    assert (opened.subject, opened.space) == (None, "")
    tally = await town.only(TallyCard)
    assert (tally.is_outside, tally.is_by_stranger) == (True, True)
    await town.voter(0).vote(vote.id, 1)
    town.clock.time = vote.end - 60
    await town.tallies.tick()
    assert (await town.only(VoteClosingSoon)).quorum_missing == 40_000
    town.clock.time = vote.end + 61
    for _ in range(2):
        await looked(town)
    decided = await town.only(VoteDecided)
    assert (decided.passed, decided.leading, decided.quorum_reached) == (
        None,
        vote.choices[0],
        False,
    )
    assert await status(town, vote) is FollowStatus.DECIDED


async def test_a_vote_by_a_member_of_the_space_is_no_strangers(town: Town) -> None:
    town.space.members.append(town.voter(0).address)
    await made(town, author=town.voter(0).address)
    await looked(town)
    assert not (await town.only(VoteOpened)).is_by_stranger


async def test_a_vote_that_opens_later_is_posted_first(town: Town) -> None:
    start = town.clock.time + DAY
    vote = await made(town, start=start, end=start + 3 * DAY)
    await looked(town)
    assert (await town.only(VotePosted)).start == start
    assert not await town.heard(VoteOpened)
    town.clock.time = vote.start + 1
    await town.tallies.tick()
    assert len(await town.heard(VoteOpened)) == 1


async def test_a_finished_vote_is_asked_for_no_more(town: Town) -> None:
    vote = await made(town)
    await looked(town)
    town.clock.time = vote.end + 61
    await town.tallies.tick()
    town.world.requests.clear()
    await looked(town)
    assert len(town.world.requests) == 1  # for new messages
    assert b"messages" in town.world.requests[0].body


async def test_a_vote_that_came_and_went_while_assent_was_away_is_told_by_its_result(
    town: Town,
) -> None:
    vote = await made(town)
    town.clock.time = vote.end + 61
    await town.tallies.tick()
    states = {heard.state for heard, _ in await town.heard(VoteOpened)}
    assert states == {PostState.SKIPPED}
    ((heard, _),) = await town.heard(VoteDecided)
    assert heard.state is PostState.DUE


async def test_silent_moments_are_recorded_and_not_said(town: Town) -> None:
    await decide(town, silent_news=(VoteMoment.OPENED, VoteMoment.CLOSED))
    vote = await made(town)
    await looked(town)
    town.clock.time = vote.end + 61
    await town.tallies.tick()
    for kind in (VoteOpened, VoteDecided):
        assert [heard.state for heard, _ in await town.heard(kind)] == [PostState.SKIPPED]


async def test_of_several_reminders_that_are_due_only_the_last_is_said(town: Town) -> None:
    await decide(town, closing_soon_leads=(DAY, HOUR))
    vote = await made(town)
    await looked(town)
    town.clock.time = vote.end - HOUR // 2
    await town.tallies.tick()
    said = {(news.lead, heard.state) for heard, news in await town.heard(VoteClosingSoon)}
    assert said == {(DAY, PostState.SKIPPED), (HOUR, PostState.DUE)}


async def test_nobody_is_reminded_before_half_of_a_vote_is_over(town: Town) -> None:
    await decide(town, closing_soon_leads=(Seconds(30 * DAY),))
    vote = await made(town)
    town.clock.time = (vote.start + vote.end) // 2 - 1
    await town.tallies.tick()
    assert not await town.heard(VoteClosingSoon)
    await looked(town, 2)
    assert len(await town.heard(VoteClosingSoon)) == 1


async def test_an_edit_is_told_with_what_has_changed(town: Town) -> None:
    author = town.voter(0)
    town.space.members.append(author.address)
    await town.tallies.tick()
    start = town.clock.time + DAY
    vote = await author.propose(SPACE, ELSEWHERE, start=start, end=start + 3 * DAY)
    await looked(town)
    await author.update(vote, title="Another title", body="Another text.")
    for _ in range(2):
        await looked(town)
    edited = await town.only(VoteEdited)
    assert (edited.change, edited.by) == ("Changed: the title and the text.", None)
    assert (await town.only(TallyCard)).title == "Another title"


async def test_a_deletion_that_was_seen_is_told_at_once(town: Town) -> None:
    author = town.voter(0)
    town.space.members.append(author.address)
    await town.tallies.tick()
    vote = await author.propose(SPACE, ELSEWHERE)
    await looked(town)
    await author.delete(vote)
    await looked(town)
    assert (await town.only(VoteGone)).vote_title == ELSEWHERE
    assert (await town.only(TallyCard)).is_gone


async def test_spam_is_not_told_and_a_card_of_it_is_shut(town: Town) -> None:
    hidden, shown = await made(town, "Free money"), town.world.place(SPACE, "More money")
    hidden.flagged = True
    await looked(town)
    assert [news.vote_title for _, news in await town.heard(VoteOpened)] == ["More money"]
    assert await status(town, hidden) is FollowStatus.HIDDEN
    shown.flagged = True
    await looked(town)
    tally = await town.only(TallyCard)
    assert (tally.is_spam, tally.is_open) == (True, False)
    shown.flagged = hidden.flagged = False
    await looked(town)
    assert not any(card.is_spam for _, card in await town.heard(TallyCard))
    assert len(await town.heard(VoteOpened)) == 2


# Linking


async def test_a_vote_that_names_a_draft_becomes_its_vote(town: Town) -> None:
    idea = await town.promoted()
    await made(
        town, "On fees", body=f"This is about {idea.reference}.", author=town.space.members[0]
    )
    await looked(town)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK
    vote = await town.vote(idea)
    assert (vote.status, vote.envelope, vote.round) == (VoteStatus.POSTED, None, 1)
    assert (await town.only(VoteLinked)).by is None
    opened = await town.only(VoteOpened)
    assert opened.subject is not None
    assert {heard.destination for heard, _ in await town.heard(VoteOpened)} == {
        "channel:902",
        f"thread:{idea.id}",
    }


async def test_an_adopted_vote_decides_its_proposal(town: Town) -> None:
    idea = await town.promoted()
    vote = await made(
        town, f"{idea.reference}", choices=["Yes", "No"], author=town.space.members[0]
    )
    await looked(town)
    for number in range(2):
        await town.voter(number).vote(vote.id, 1)
    town.clock.time = vote.end + 61
    await town.tallies.tick()
    assert (await town.only(VoteDecided)).passed
    assert (await town.proposal(idea)).phase is Phase.CONSENSUS_DRAFT


@pytest.mark.parametrize(
    "title", ["[Temperature Check] - Lower the marketplace fee", "lower the  Marketplace fee"]
)
async def test_the_title_of_its_draft_names_a_proposal(town: Town, title: str) -> None:
    idea = await town.promoted()
    await made(town, title, author=town.space.members[0])
    await looked(town)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK


async def test_a_stranger_takes_no_proposal_its_vote_by_naming_it(town: Town) -> None:
    idea = await town.noticed()
    vote = await made(town, f"On {idea.reference}", author=town.voter(5).address)
    await looked(town)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_NOTICE
    assert not await town.heard(VoteLinked)
    assert (await town.only(VoteOpened)).is_by_stranger
    await links(town).link(GUILD, vote.id, idea.reference, MODERATOR, "They asked us first.")
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_CHECK


async def test_a_longer_reference_is_another_one(town: Town) -> None:
    idea = await town.promoted()
    await made(town, f"On {idea.reference}2 and X{idea.reference}", author=town.space.members[0])
    await looked(town)
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_a_vote_that_names_two_proposals_is_left_to_a_moderator(town: Town) -> None:
    one, other = await town.promoted(), await town.promoted()
    await made(town, f"On {one.reference} and {other.reference}", author=town.space.members[0])
    await looked(town)
    assert not await town.heard(VoteLinked)
    assert len(await town.heard(VoteOpened)) == 1


async def test_a_vote_made_elsewhere_takes_the_place_of_a_notice(town: Town) -> None:
    idea = await town.noticed()
    await made(town, idea.reference, author=town.space.members[0])
    await looked(town)
    assert (await town.only(VoteLinked)).replaces_notice
    async with town.database.reading() as store:
        rounds = await store.votes.of(idea.id)
    assert [each.status for each in rounds] == [VoteStatus.SUPERSEDED, VoteStatus.POSTED]
    town.clock.wait(10 * DAY)
    await town.publishing.tick()
    assert len(town.world.proposals) == 1


async def test_linking_and_unlinking_by_hand_says_nothing_twice(town: Town) -> None:
    idea = await town.promoted()
    vote = await made(town)
    await looked(town)
    linked = await links(town).link(GUILD, vote.id, idea.reference, MODERATOR, "It is.")
    assert linked.phase is Phase.TEMPERATURE_CHECK
    await looked(town)
    said = {(heard.destination, heard.state) for heard, _ in await town.heard(VoteOpened)}
    assert said == {("channel:902", PostState.DUE), (f"thread:{idea.id}", PostState.SKIPPED)}
    assert (await town.only(TallyCard)).reference == idea.reference
    unlinked = await links(town).unlink(
        GUILD, f"https://snapshot.box/#/s:x.eth/proposal/{vote.id}", MODERATOR, "It is not."
    )
    assert unlinked.phase is Phase.TEMPERATURE_DRAFT
    town.restart()
    for _ in range(2):
        await looked(town)
    assert (await town.only(VoteUnlinked)).reason == "It is not."
    assert len(await town.heard(VoteOpened)) == 2
    assert (await town.only(TallyCard)).reference == ""
    assert (await town.proposal(idea)).phase is Phase.TEMPERATURE_DRAFT


async def test_only_moderators_link(town: Town) -> None:
    idea = await town.promoted()
    vote = await made(town)
    with pytest.raises(Denial):
        await links(town).link(GUILD, vote.id, idea.reference, AUTHOR, "It is.")
    with pytest.raises(Denial):
        await links(town).unlink(GUILD, vote.id, AUTHOR, "It is not.")
    with pytest.raises(Denial):
        await watching(town).add(GUILD, OTHER, AUTHOR)
    with pytest.raises(Denial):
        await watching(town).remove(GUILD, OTHER, AUTHOR)


async def test_what_cannot_be_linked_is_refused_in_words(town: Town) -> None:
    town.world.space(OTHER)
    foreign = town.world.place(OTHER, "Of others")
    ours = await town.record(await town.opened())
    idea = await town.promoted()
    for vote, why in (
        ("nonsense", "is no vote on Snapshot"),
        (foreign.id, "no such vote in this community's"),
        ("0x" + "ab" * 32, "no such vote in this community's"),
        (ours.id, "already: one vote has one"),
    ):
        with pytest.raises(Refusal, match=why):
            await links(town).link(GUILD, vote, idea.reference, MODERATOR, "It is.")
    with pytest.raises(Refusal, match="Assent has made this vote"):
        await links(town).unlink(GUILD, ours.id, MODERATOR, "It is not.")
    with pytest.raises(Refusal, match="linked to no proposal"):
        await links(town).unlink(GUILD, foreign.id, MODERATOR, "It is not.")


# Other communities' spaces


async def test_a_watched_space_is_told_of_and_calls_nobody(town: Town) -> None:
    town.world.space(OTHER)
    old = town.world.place(OTHER, "Old")
    watched = await watching(town).add(GUILD, f"https://snapshot.box/#/s:{OTHER}", MODERATOR)
    assert watched.open_votes == 1
    listed = await town.only(SpaceFollowed)
    assert [vote.title for vote in listed.votes] == [old.title]
    await made(town, "Of others", OTHER)
    await looked(town)
    ((heard, opened),) = await town.heard(VoteOpened)
    assert (heard.role_id, opened.space, opened.subject) == (None, OTHER, None)
    spaces = await watching(town).listed(GUILD)
    assert [(each.space, each.is_own, each.open_votes) for each in spaces] == [
        (OTHER, False, 2),
        (SPACE, True, 0),
    ]


async def test_watching_ends_for_what_is_new_and_for_what_was_only_listed(town: Town) -> None:
    town.world.space(OTHER)
    old = town.world.place(OTHER, "Old")
    await watching(town).add(GUILD, OTHER, MODERATOR)
    told = await made(town, "Told of", OTHER)
    await looked(town)
    await watching(town).remove(GUILD, OTHER, MODERATOR)
    town.world.place(OTHER, "New")
    await looked(town)
    assert len(await town.heard(VoteOpened)) == 1
    assert await status(town, old) is FollowStatus.GONE
    assert await status(town, told) is FollowStatus.OPEN


async def test_what_cannot_be_watched_is_refused_in_words(town: Town) -> None:
    town.world.space(OTHER)
    await watching(town).add(GUILD, OTHER, MODERATOR)
    for space, why in (
        (OTHER, "watched here already"),
        (SPACE, "your own space"),
        ("nobody.eth", "knows no space"),
    ):
        with pytest.raises(Refusal, match=why):
            await watching(town).add(GUILD, space, MODERATOR)
    with pytest.raises(Refusal, match="not watched here"):
        await watching(town).remove(GUILD, "nobody.eth", MODERATOR)
    with pytest.raises(Refusal, match="your own space"):
        await watching(town).remove(GUILD, SPACE, MODERATOR)


async def test_one_look_serves_every_community_that_follows_a_vote(town: Town) -> None:
    elsewhere = replace(builders.community(), guild_id=GuildId(901))
    await town.found(elsewhere)
    await made(town)
    await looked(town)
    assert len(await town.heard(VoteOpened)) == 2


# Trouble


async def test_a_vote_the_hub_tells_of_and_does_not_show_yet_is_not_lost(town: Town) -> None:
    vote = await made(town)
    record = town.world.ledger.proposals.pop(vote.id)
    await looked(town)
    assert not await town.heard(VoteOpened)
    town.world.ledger.proposals[vote.id] = record
    await looked(town)
    assert len(await town.heard(VoteOpened)) == 1


async def test_a_vote_that_was_deleted_before_anybody_saw_it_is_forgotten(town: Town) -> None:
    vote = await made(town)
    town.world.delete(vote.id)
    await looked(town)
    await looked(town, 3_700)
    assert await status(town, vote) is FollowStatus.GONE
    assert not await town.heard(VoteGone)


@pytest.mark.parametrize("request_number", [1, 2, 3])
async def test_a_crash_at_any_request_loses_nothing(town: Town, request_number: int) -> None:
    await made(town)
    await looked(town)
    town.world.place(SPACE, "Another")
    town.clock.wait(60)
    town.transport.dies_in = request_number
    with pytest.raises(CrashError):
        await town.tallies.tick()
    town.restart()
    await looked(town)
    assert len(await town.heard(VoteOpened)) == 2


async def test_a_crash_at_a_commit_says_nothing_twice(town: Town) -> None:
    await made(town)
    for _ in range(5):
        town.database.dies_at_commit = True
        town.clock.wait(60)
        try:
            await town.tallies.tick()
        except CrashError:
            town.restart()
        await looked(town)
    town.database.dies_at_commit = False
    assert len(await town.heard(VoteOpened)) == 1


async def test_a_frozen_hub_and_its_errors_change_nothing(town: Town) -> None:
    await made(town)
    await looked(town)
    before = town.dump()
    town.world.freeze_hub()
    await looked(town)
    town.world.faults.graphql_error()
    with pytest.raises(SnapshotError):
        await looked(town)
    town.world.faults.html("hub")
    with pytest.raises(SnapshotError):
        await looked(town)
    town.world.faults.lose_answer(on="hub")
    with pytest.raises(httpx.HTTPError):
        await looked(town)
    assert town.dump() == before


def budgeted(town: Town, per_minute: int = 60) -> SnapshotClient:
    budget = RequestBudget(town.clock, per_minute)
    return SnapshotClient(town.http, "http://hub/graphql", "http://sequencer", None, budget)


async def test_while_snapshot_wants_to_be_left_alone_the_reader_skips_its_turn(town: Town) -> None:
    client = budgeted(town)
    following = Following(town.database, client, town.clock)
    await following.tick()
    town.world.faults.too_many(on="hub", retry_after=90)
    with pytest.raises(SnapshotError, match="too many requests"):
        await following.tick()
    town.world.requests.clear()
    for _ in range(2):
        town.clock.wait(43)
        await following.tick()
    assert not town.world.requests
    with pytest.raises(Refusal, match="try again in 4 s"):
        await client.for_people().space(SpaceId(SPACE))
    town.clock.wait(4)
    await following.tick()
    assert town.world.requests


async def test_no_minute_has_more_than_sixty_requests(town: Town) -> None:
    client = budgeted(town)
    at: list[int] = []
    for _ in range(400):
        for asking in (client, client.for_people()):
            if asking.wait == 0:
                await asking.newest_message()
                at.append(town.clock.time)
        town.clock.wait(1)
    assert len(at) > 300
    assert all(sum(one <= other <= one + 60 for other in at) <= 60 for one in at)


async def test_a_part_of_every_minute_is_kept_for_people(town: Town) -> None:
    client = budgeted(town)
    while not client.wait:
        await client.newest_message()
    with pytest.raises(SnapshotError, match="may not be asked again"):
        await client.newest_message()
    for _ in range(10):
        await client.for_people().newest_message()
    with pytest.raises(Refusal, match="please try again in 61 s"):
        await client.for_people().newest_message()
    assert len(town.world.requests) == 60


async def test_a_thousand_new_messages_are_read_in_pages(town: Town) -> None:
    await town.tallies.tick()
    rows = [
        {
            "mci": number,
            "id": f"0x{number:064x}",
            "space": SPACE,
            "timestamp": 1,
            "type": "proposal",
        }
        for number in range(1, 1_001)
    ]
    town.world.faults.answer("hub", json_reply({"data": {"messages": rows}}))
    town.world.requests.clear()
    await town.tallies.tick()
    assert [
        json.loads(each.body)["variables"]["where"]["mci_gt"] for each in town.world.requests
    ] == [0, 1_000]
    async with town.database.reading() as store:
        assert await store.follows.read_up_to() == 1_000
