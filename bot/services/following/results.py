"""How a vote ends: with its result, by which a proposal of ours goes on or fails, or deleted."""

from dataclasses import replace

from bot.domain.announcement import NextStep
from bot.domain.card import snapshot_tally, subject
from bot.domain.drafting.draft import bare_title, refined_draft
from bot.domain.lifecycle import Move
from bot.domain.live_card import TallyCard
from bot.domain.offchain.announcement import VoteGone
from bot.domain.offchain.followed import FollowStatus, tally_key
from bot.domain.offchain.messages import MessageKind
from bot.domain.offchain.news import decided, is_told
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.vote import Outcome, VoteStatus, outcome
from bot.domain.policy import Step
from bot.storage.store import Store


async def decide(store: Store, look: VoteSighting) -> None:
    """Record and tell a result whose scores are final; a vote of ours counts for its proposal."""
    judged = _judged(look)
    if look.step and judged is None:
        return  # The scores are not all there.
    if look.vote is not None:
        await store.votes.save(replace(look.vote, status=VoteStatus.DECIDED))
    await store.follows.save_vote(replace(look.followed, status=FollowStatus.DECIDED))
    result = decided(look, judged)
    await store.outbox.say(
        look.community,
        result,
        look.now,
        proposal_id=look.proposal_id,
        is_news=is_told(result, look),
    )
    if judged is not None:
        await _move_on(store, look, judged)


def _judged(look: VoteSighting) -> Outcome | None:
    """Judge by the community's rule; `None`: it has none for this vote, or cannot know yet."""
    if look.step is None:
        return None
    return outcome(look.seen, look.community.policy, look.step, look.supply)


async def _move_on(store: Store, look: VoteSighting, judged: Outcome) -> None:
    assert look.proposal is not None, "a vote of ours is of a proposal of ours"
    if not judged.passed:
        await store.move(look.proposal, Move.FAIL, look.now)
        return
    title = await _prepare_next(store, look, judged)
    moved = await store.move(look.proposal, Move.PASS, look.now)
    step = NextStep(
        subject=subject(moved),
        phase=moved.phase,
        call_to_make=title,
        steps=look.community.policy.steps,
    )
    await store.outbox.say(look.community, step, look.now, proposal_id=moved.id)


async def _prepare_next(store: Store, look: VoteSighting, judged: Outcome) -> str:
    """Write the consensus draft, or give the title the on-chain proposal has to bear."""
    policy, vote = look.community.policy, look.vote
    assert vote is not None, "a vote of ours is decided"
    if vote.step is Step.CONSENSUS:
        return bare_title(look.seen.title, policy)
    draft = await store.drafts.newest(vote.proposal_id, Step.TEMPERATURE)
    assert draft is not None, "a vote is made of a draft"
    earlier = await store.drafts.newest(vote.proposal_id, Step.CONSENSUS)
    if earlier is None:
        result = f"Passed: {judged.why}. {look.seen.link}"
        await store.drafts.save(refined_draft(draft, policy, result, look.now))
    return ""


async def end(store: Store, look: VoteSighting) -> None:
    """Record and tell that a vote was deleted; a draft of ours can be announced again."""
    here, now, proposal = look.community, look.now, look.proposal
    await store.follows.save_vote(replace(look.followed, status=FollowStatus.GONE))
    card = await store.reports.card(here.guild_id, tally_key(look.followed))
    if isinstance(card, TallyCard):
        shut = replace(snapshot_tally(look), is_gone=True, is_open=False, passed=None)
        await store.outbox.say(here, shut, now, proposal_id=look.proposal_id)
    if look.is_spam:
        return
    made = await store.messages.change_of(look.seen.id, MessageKind.CANCEL)
    gone = VoteGone(
        **named(look), by=made.user_id if made else None, reason=made.reason if made else ""
    )
    is_news = is_told(gone, look)
    await store.outbox.say(here, gone, now, proposal_id=look.proposal_id, is_news=is_news)
    if look.vote is not None and proposal is not None:
        await store.votes.save(replace(look.vote, status=VoteStatus.DELETED))
        await store.move(proposal, Move.POSTPONE, now)
