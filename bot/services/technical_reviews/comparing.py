"""What was approved off chain of a proposal of ours, and what on chain is held against it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.drafting.draft import bare_title
from bot.domain.onchain.call import Call, DecodedCall
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.policy import Step
from bot.domain.proposal import Community, Proposal, thread_link
from bot.domain.review.comparison import Approved, Comparison, compared
from bot.domain.review.named_call import named_calls
from bot.gateways.chain.calls import describe, selector_of
from bot.storage.store import Store


async def comparison(
    store: Store,
    community: Community,
    ours: Proposal,
    proposal: GovernorProposal,
    described: Sequence[DecodedCall],
) -> Comparison:
    """Hold what is on chain against what was approved."""
    approved = await _approved(store, community, ours)
    named = (each.signature for each in named_calls(approved.text))
    selectors = {each: f"0x{selector_of(each).hex()}" for each in named if each}
    calls = _better(proposal.calls, described, selectors)
    return compared(proposal, calls, replace(approved, selectors=selectors))


async def _approved(store: Store, community: Community, ours: Proposal) -> Approved:
    """Find the text that people have agreed to: on Snapshot, else the draft, else the idea."""
    links = (thread_link(ours),)
    policy = community.policy
    for step in (Step.CONSENSUS, Step.TEMPERATURE):
        vote = await store.votes.current(ours.id, step)
        if vote is not None and (seen := vote.observed) is not None:
            return Approved(
                source=f"the {policy.step(step).name} on Snapshot",
                title=bare_title(seen.title, policy),
                text=seen.body,
                links=(*links, seen.id, seen.link),
            )
    for step in (Step.CONSENSUS, Step.TEMPERATURE):
        draft = await store.drafts.newest(ours.id, step)
        if draft is not None:
            return Approved(
                source=f"revision {draft.revision} of the draft",
                title=bare_title(draft.title, policy),
                text=draft.body,
                links=links,
            )
    return Approved(source="the idea", title=ours.title, text=ours.idea.text, links=links)


def _better(
    calls: Sequence[Call], described: Sequence[DecodedCall], selectors: Mapping[str, str]
) -> tuple[DecodedCall, ...]:
    """Read with the approved text's own words what nothing else could decode.

    A function that it names with its types is believed where the selector is that function's and
    the data decodes.
    """
    return tuple(
        decoded if decoded.function else _read_as(call, decoded, selectors)
        for call, decoded in zip(calls, described, strict=False)
    )


def _read_as(call: Call, decoded: DecodedCall, selectors: Mapping[str, str]) -> DecodedCall:
    for signature, selector in selectors.items():
        if not call.signature and call.calldata[:10].lower() == selector:
            signed = Call(
                target=call.target,
                value=call.value,
                signature=signature,
                calldata="0x" + call.calldata.removeprefix("0x")[8:],
            )
            found = describe(signed)
            return found if found.function else decoded
    return decoded
