"""Support: hints are noted, counts decide, and what Discord shows is what is believed."""

from dataclasses import replace

import pytest

from bot.domain.announcement import IdeaReady
from bot.domain.lifecycle import Phase
from bot.domain.live_card import ProposalCard
from bot.domain.proposal import Proposal
from bot.domain.support import Membership, Reaction, Reactor, Seen, Stance, SupportCount, Via
from bot.domain.types import MessageId, ProposalId, RoleId, UnixSeconds, UserId
from bot.services.delivery import Delivery
from bot.services.support import Gathering, ReactionChange
from tests import builders
from tests.builders import GUILD, IDEAS, MARA, MODERATOR
from tests.town import DAY, Town

CARD_MESSAGE = MessageId(5_000)
VOTERS = RoleId(77)


def member(number: int, *, is_bot: bool = False) -> Reactor:
    return Reactor(user_id=UserId(100 + number), is_bot=is_bot)


def voter(number: int, town: Town, *, days: int = 30) -> Reactor:
    joined_at = UnixSeconds(town.clock() - days * DAY)
    membership = Membership(role_ids=frozenset({VOTERS}), joined_at=joined_at)
    return replace(member(number), membership=membership)


def reaction(
    number: int, *, is_added: bool = True, emoji: str = "👍", via: Via = Via.REACTION
) -> ReactionChange:
    return ReactionChange(
        message_id=CARD_MESSAGE,
        emoji=emoji,
        via=via,
        reactor=member(number),
        is_added=is_added,
    )


async def shown(town: Town) -> Proposal:
    """Speak an idea whose card Discord has."""
    idea = await town.idea()
    delivery = Delivery(town.database, town.clock)
    post = (await delivery.due())[-1]
    await delivery.sent(post, IDEAS, CARD_MESSAGE)
    return idea


async def change_policy(town: Town, **changes: object) -> None:
    await town.found(builders.community(policy=builders.policy(**changes)))


async def supporters(town: Town, idea: Proposal) -> int:
    return (await counted(town, idea)).supporters


async def counted(town: Town, idea: Proposal) -> SupportCount:
    async with town.database.reading() as store:
        return await store.reactions.count(idea.id)


async def gathering(town: Town, idea: Proposal) -> Gathering:
    found = await town.supporting.gathering(idea.id)
    assert found is not None
    return found


async def give(town: Town, idea: Proposal, number: int, via: Via = Via.BUTTON) -> None:
    async with town.database.transaction() as store:
        await store.reactions.give(idea.id, UserId(100 + number), via)


async def test_a_recount_replaces_what_was_believed(town: Town) -> None:
    idea = await town.idea()
    await town.seen(idea, member(1), member(2))
    await town.seen(idea, member(2))
    assert await supporters(town, idea) == 1
    assert (await town.only(ProposalCard)).supporters == 1


async def test_the_author_and_bots_do_not_count_and_are_remembered(town: Town) -> None:
    idea = await shown(town)
    author = Reactor(user_id=MARA, is_bot=False)
    await town.seen(idea, member(1), member(2), member(3, is_bot=True), author)
    assert await supporters(town, idea) == 2
    assert (await town.proposal(idea)).phase is Phase.IDEA
    assert (await gathering(town, idea)).known == {Stance.SUPPORT: 4}


async def test_the_author_counts_where_the_policy_says_so(town: Town) -> None:
    await change_policy(town, author_counts=True)
    idea = await town.idea()
    await town.seen(idea, member(1), Reactor(user_id=MARA, is_bot=False))
    assert await supporters(town, idea) == 2


async def test_at_the_threshold_an_idea_is_ready_and_says_so_once(town: Town) -> None:
    idea = await town.idea()
    await town.support(idea, 3)
    await town.support(idea, 4)
    assert (await town.proposal(idea)).phase is Phase.READY
    ready = await town.heard(IdeaReady)
    assert [heard.destination for heard, _ in ready] == [f"thread:{idea.id}", "channel:904"]
    assert ready[0][1].supporters == 3


async def test_ready_is_one_way(town: Town) -> None:
    idea = await town.idea()
    await town.support(idea, 3)
    await town.support(idea, 0)
    assert (await town.proposal(idea)).phase is Phase.READY
    assert (await town.only(ProposalCard)).supporters == 0


async def test_reactions_from_the_gateway_are_noted_but_only_a_recount_makes_ready(
    town: Town,
) -> None:
    idea = await shown(town)
    assert await town.supporting.apply([reaction(1), reaction(2)]) == set()
    assert not (await gathering(town, idea)).seems_ready
    assert await town.supporting.apply([reaction(3), reaction(3)]) == {idea.id}
    assert (await gathering(town, idea)).seems_ready
    assert await supporters(town, idea) == 3
    assert (await town.proposal(idea)).phase is Phase.IDEA
    await town.support(idea, 3)
    assert (await town.proposal(idea)).phase is Phase.READY


async def test_of_one_member_only_the_latest_reaction_of_a_batch_counts(town: Town) -> None:
    idea = await shown(town)
    await town.supporting.apply([reaction(1), reaction(2), reaction(1, is_added=False)])
    assert await supporters(town, idea) == 1
    await town.supporting.apply([reaction(2, is_added=False), reaction(2)])
    assert await supporters(town, idea) == 1


async def test_other_emoji_other_messages_and_bots_are_no_support(town: Town) -> None:
    idea = await shown(town)
    elsewhere = replace(reaction(2), message_id=MessageId(1))
    by_a_bot = replace(reaction(3), reactor=member(3, is_bot=True))
    assert await town.supporting.apply([reaction(1, emoji="👎"), elsewhere, by_a_bot]) == set()
    assert await supporters(town, idea) == 0


async def test_another_emoji_of_the_same_member_does_not_hide_their_support(town: Town) -> None:
    idea = await shown(town)
    await town.supporting.apply([reaction(1), reaction(1, emoji="🎉")])
    assert await supporters(town, idea) == 1


async def test_a_super_reaction_beside_a_usual_one_is_one_supporter_until_both_are_gone(
    town: Town,
) -> None:
    idea = await shown(town)
    await town.supporting.apply([reaction(1), reaction(1, via=Via.SUPER)])
    assert await supporters(town, idea) == 1
    assert (await gathering(town, idea)).known == {Stance.SUPPORT: 2}
    await town.supporting.apply([reaction(1, is_added=False)])
    assert await supporters(town, idea) == 1
    await town.supporting.apply([reaction(1, is_added=False, via=Via.SUPER)])
    assert await supporters(town, idea) == 0


async def test_opposition_is_counted_beside_the_support_and_decides_nothing(town: Town) -> None:
    await change_policy(town, opposition_emoji="👎")
    idea = await shown(town)
    hints = [reaction(n, emoji="👎") for n in range(5)] + [reaction(1), reaction(2)]
    assert await town.supporting.apply(hints) == set()
    assert await counted(town, idea) == SupportCount(supporters=2, opposers=5)
    card = await town.only(ProposalCard)
    assert (card.supporters, card.opposers, card.opposition_emoji) == (2, 5, "👎")
    await town.supporting.apply([reaction(1, emoji="👎", is_added=False)])
    assert await counted(town, idea) == SupportCount(supporters=2, opposers=4)


async def test_an_emoji_of_the_server_is_known_by_its_id_whatever_its_name_is_now(
    town: Town,
) -> None:
    await change_policy(town, support_emoji="<:yes:123456789012345678>")
    idea = await shown(town)
    renamed = "<:aye:123456789012345678>"
    moving = "<a:yes:123456789012345678>"
    other = "<:yes:123456789012345679>"
    hints = [reaction(n, emoji=emoji) for n, emoji in enumerate((renamed, moving, other))]
    await town.supporting.apply(hints)
    assert await supporters(town, idea) == 2


async def test_where_a_role_is_needed_only_who_has_one_of_them_counts(town: Town) -> None:
    await change_policy(town, supporter_roles=(RoleId(1), VOTERS))
    idea = await shown(town)
    roleless = Membership(role_ids=frozenset({RoleId(2)}), joined_at=UnixSeconds(0))
    hints = [
        replace(reaction(1), reactor=voter(1, town)),
        replace(reaction(2), reactor=replace(member(2), membership=roleless)),
    ]
    await town.supporting.apply(hints)
    assert await supporters(town, idea) == 1
    assert (await gathering(town, idea)).known == {Stance.SUPPORT: 2}


async def test_a_hint_that_does_not_say_what_the_policy_asks_is_left_to_the_recount(
    town: Town,
) -> None:
    await change_policy(town, supporter_roles=(VOTERS,))
    idea = await shown(town)
    await town.supporting.apply([reaction(1)])
    assert (await gathering(town, idea)).known == {}


async def test_a_newcomer_counts_once_they_have_been_here_long_enough(town: Town) -> None:
    await change_policy(town, minimum_membership=2 * DAY)
    idea = await shown(town)
    newcomer = voter(1, town, days=1)
    await town.seen(idea, newcomer, voter(2, town, days=2))
    assert await supporters(town, idea) == 1
    town.clock.wait(DAY)
    rules = (await gathering(town, idea)).rules
    look = Seen(rules=rules, reactors={newcomer.user_id: newcomer})
    assert not await town.supporting.recount(idea.id, look)
    assert await supporters(town, idea) == 2


async def test_who_left_or_lost_the_role_does_not_count_any_more(town: Town) -> None:
    await change_policy(town, supporter_roles=(VOTERS,))
    idea = await shown(town)
    await town.seen(idea, voter(1, town), voter(2, town))
    assert await supporters(town, idea) == 2
    await town.seen(idea, voter(1, town), member(2))
    assert await supporters(town, idea) == 1
    assert (await gathering(town, idea)).known == {Stance.SUPPORT: 2}


async def test_who_was_not_asked_about_keeps_what_was_known_of_them(town: Town) -> None:
    await change_policy(town, supporter_roles=(VOTERS,))
    idea = await shown(town)
    await town.seen(idea, voter(1, town))
    look = Seen(rules=(await gathering(town, idea)).rules)
    assert not await town.supporting.recount(idea.id, look)
    assert await supporters(town, idea) == 1


async def test_an_idea_never_becomes_ready_by_a_look_that_did_not_read_who_reacted(
    town: Town,
) -> None:
    await change_policy(town, supporter_roles=(VOTERS,))
    idea = await shown(town)
    reactors = [voter(number, town) for number in range(3)]
    await town.seen(idea, *(replace(each, membership=None) for each in reactors))
    rules = (await gathering(town, idea)).rules
    look = Seen(rules=rules, reactors={each.user_id: each for each in reactors})
    assert await town.supporting.recount(idea.id, look)
    assert (await town.proposal(idea)).phase is Phase.IDEA
    await town.seen(idea, *reactors)
    assert (await town.proposal(idea)).phase is Phase.READY


async def test_support_by_a_button_stays_when_discord_shows_none(town: Town) -> None:
    idea = await town.idea()
    await give(town, idea, 1)
    await town.seen(idea, member(2))
    assert await supporters(town, idea) == 2
    await town.seen(idea)
    assert await supporters(town, idea) == 1


async def test_who_takes_a_reaction_back_takes_back_what_they_gave_by_a_button_too(
    town: Town,
) -> None:
    idea = await shown(town)
    await give(town, idea, 1)
    await give(town, idea, 2, Via.MERGE)
    await town.supporting.apply([reaction(1), reaction(2)])
    assert await supporters(town, idea) == 2
    await town.supporting.apply([reaction(1, is_added=False), reaction(2, is_added=False)])
    assert await supporters(town, idea) == 0
    await give(town, idea, 1)
    await town.supporting.apply([reaction(1), reaction(1, is_added=False), reaction(1)])
    await town.supporting.apply([], cleared=[CARD_MESSAGE])
    await town.seen(idea)
    assert await supporters(town, idea) == 0


async def test_a_button_s_support_is_judged_by_the_policy_of_the_day(town: Town) -> None:
    await change_policy(town, supporter_roles=(VOTERS,))
    idea = await shown(town)
    await give(town, idea, 1)
    rules = (await gathering(town, idea)).rules
    await town.supporting.recount(idea.id, Seen(rules=rules, reactors={UserId(101): member(1)}))
    assert await supporters(town, idea) == 0
    await change_policy(town)
    await town.seen(idea)
    assert await supporters(town, idea) == 1


async def test_a_merge_moves_those_who_count_and_each_once(town: Town) -> None:
    source, target = await town.idea("Less"), await town.idea("Lower")
    await town.seen(source, member(1), member(2), member(3, is_bot=True))
    await town.seen(target, member(2))
    async with town.database.transaction() as store:
        for _ in range(2):
            await store.reactions.move(source.id, target.id)
    assert await supporters(town, source) == 2
    assert await supporters(town, target) == 2


@pytest.mark.parametrize("author_counts", [False, True])
async def test_a_merge_counts_the_author_only_where_the_policy_does(
    town: Town, *, author_counts: bool
) -> None:
    await change_policy(town, author_counts=author_counts)
    source, target = await town.idea("Less"), await town.idea("Lower")
    async with town.database.transaction() as store:
        await store.reactions.give(source.id, MARA, Via.BUTTON)
        await store.reactions.move(source.id, target.id)
        rows = await store.reactions.of(target.id)
    moved = Reaction(user_id=MARA, stance=Stance.SUPPORT, via=Via.MERGE)
    assert rows == {moved: author_counts}


async def test_an_idea_is_counted_where_its_card_is(town: Town) -> None:
    hidden = await town.idea("Not shown yet")
    idea = await shown(town)
    assert await town.supporting.open_ideas() == [hidden.id, idea.id]
    assert await town.supporting.gathering(hidden.id) is None
    found = await gathering(town, idea)
    assert (found.emojis, found.card.message_id) == ({Stance.SUPPORT: "👍"}, CARD_MESSAGE)


@pytest.mark.parametrize(
    "change",
    [
        {"support_emoji": "🔥"},
        {"opposition_emoji": "👎"},
        {"support_threshold": 9},
        {"author_counts": True},
        {"supporter_roles": (VOTERS,)},
        {"minimum_membership": DAY},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_other_rules_are_noticed_until_it_was_read_again_who_reacted(
    town: Town, change: dict[str, object]
) -> None:
    idea = await shown(town)
    assert (await gathering(town, idea)).rules_have_changed
    await town.supporting.apply([reaction(1)])
    assert not (await gathering(town, idea)).rules_have_changed
    await change_policy(town, **change)
    await town.supporting.apply([reaction(2)])
    assert (await gathering(town, idea)).rules_have_changed
    await town.seen(idea, member(1))
    assert not (await gathering(town, idea)).rules_have_changed
    await change_policy(town, **change, topics=("fees",))
    assert not (await gathering(town, idea)).rules_have_changed


async def test_what_was_seen_under_other_rules_is_of_no_use(town: Town) -> None:
    idea = await shown(town)
    await town.supporting.apply([reaction(1)])
    before = builders.seen(member(1), member(2), member(3))
    await change_policy(town, support_emoji="🔥")
    assert not await town.supporting.recount(idea.id, before)
    assert await supporters(town, idea) == 1
    assert (await town.proposal(idea)).phase is Phase.IDEA


async def test_a_cleared_card_has_to_be_counted_and_only_that_one(town: Town) -> None:
    await town.idea("Not cleared")
    idea = await shown(town)
    assert await town.supporting.apply([], cleared=[CARD_MESSAGE, MessageId(1)]) == {idea.id}


async def test_what_is_drafted_already_is_not_recounted(town: Town) -> None:
    idea = await town.promoted()
    before = town.dump()
    await town.support(idea, 0)
    assert town.dump() == before
    assert await town.supporting.gathering(idea.id) is None
    assert await town.supporting.open_ideas() == []


async def test_a_thousand_reactions_in_forty_batches_are_forty_changes_and_the_right_number(
    town: Town,
) -> None:
    idea = await shown(town)
    await town.ideas.park(GUILD, idea.reference, MODERATOR, "Not now.")
    assert await town.supporting.apply([reaction(1)]) == set()
    assert await supporters(town, idea) == 0
    await town.ideas.reopen(GUILD, idea.reference, MODERATOR, "Now.")
    doubtful: list[ProposalId] = []
    for batch in range(40):
        hints = [reaction(25 * batch + number) for number in range(25)]
        recounts = await town.supporting.apply([*hints, *hints])
        doubtful += recounts
        if recounts:
            await town.support(idea, 25 * (batch + 1))
    assert doubtful == [idea.id]
    assert await supporters(town, idea) == 1_000
