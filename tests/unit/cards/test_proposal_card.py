"""The live card of a proposal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.drafting.checklist import Check, CheckState
from bot.domain.drafting.review import Review
from bot.domain.lifecycle import Phase
from bot.domain.live_card import DraftSummary, OnChainSummary, ProposalCard, VoteSummary
from bot.domain.onchain.governor import GovernorState
from bot.domain.policy import Step
from bot.domain.types import (
    ChainId,
    ChannelId,
    RoleId,
    Seconds,
    TransactionHash,
    UnixSeconds,
    UserId,
)
from cogs.cards import shown as shown_card
from cogs.cards import thread_name

Read = Callable[..., Any]
LINK = "https://snapshot.box/#/s:usebraintrust.eth/proposal/0xabc"


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_its_headline_and_exactly_one_next_step(
    read: Read, card: ProposalCard, phase: Phase
) -> None:
    names = [field.name for field in read(replace(card, phase=phase)).rendered.embed.fields]
    assert names.count("Next") == 1
    assert names[-1] == "Next"
    assert "{" not in read(replace(card, phase=phase)).everything


def test_an_idea_shows_its_support_and_how_to_give_it(read: Read, card: ProposalCard) -> None:
    shown = read(card)
    assert shown.title == "BTRST-12 · Lower the marketplace fee from 10 % to 8 %"
    assert shown.text.startswith("**IDEA** · gathering support\n● Idea → ○ Temperature → ")
    assert "by <@501> · discussion in the thread below" in shown.text
    assert "> Clients compare us with agencies at 5 %.\n> \n> Two points less" in shown.text
    assert shown.fields["Support"] == (
        "▰▰▰▰▰▰▰▱▱▱ **7 of 10**\nreact with 👍 · one per member · the author does not count"
    )
    assert shown.next_step == (
        "3 more supporters, then <@&601> may promote it, "
        "not before <t:1790000000:F> (<t:1790000000:R>)."
    )
    assert shown.rendered.reactions == ("👍",)
    assert shown.rendered.view is None


def test_the_last_missing_supporter_is_one(read: Read, card: ProposalCard) -> None:
    assert read(replace(card, supporters=9)).next_step.startswith("1 more supporter, then")
    assert "marks it as ready" in read(replace(card, supporters=10)).next_step


def test_the_author_counts_where_the_community_says_so(read: Read, card: ProposalCard) -> None:
    assert "the author counts too" in read(replace(card, author_counts=True)).fields["Support"]


def test_a_custom_emoji_stays_an_emoji_and_other_text_does_not(
    read: Read, card: ProposalCard
) -> None:
    custom = replace(card, support_emoji="<:yes:123456789012345678>")
    assert "react with <:yes:123456789012345678> " in read(custom).fields["Support"]
    assert read(custom).rendered.reactions == ("<:yes:123456789012345678>",)
    other = read(replace(card, support_emoji="<@123456789012345678>"))
    payload = other.rendered.embed.to_dict()
    assert "react with \\<\\@123456789012345678\\>" in payload["fields"][0]["value"]


def test_a_ready_idea_can_be_promoted_by_a_button(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, phase=Phase.READY, supporters=12))
    assert shown.buttons == {"Promote": "proposal:12:promote"}
    assert "<@&601> may promote it with the button below" in shown.next_step
    assert "▰▰▰▰▰▰▰▰▰▰ **12 of 10**" in shown.fields["Support"]


def test_a_draft_can_be_read_edited_and_published(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, phase=Phase.TEMPERATURE_DRAFT))
    assert shown.buttons == {
        "Read the draft": "proposal:12:draft",
        "Edit": "proposal:12:edit",
        "Publish…": "proposal:12:publish",
    }
    assert "✔ Idea → ● Temperature → ○ Consensus" in shown.text
    assert shown.rendered.reactions == ()
    assert "Support" not in shown.fields


def test_a_postponed_draft_says_why(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, phase=Phase.CONSENSUS_DRAFT, reason="The numbers are wrong."))
    assert shown.fields["Postponed because"] == "> The numbers are wrong."


@pytest.mark.parametrize(
    ("phase", "heading"),
    [
        (Phase.IDEA, "Open again because"),
        (Phase.PARKED, "Reason"),
        (Phase.IMPLEMENTED, "How it was done"),
    ],
)
def test_a_reason_is_headed_by_what_it_is_for(
    read: Read, card: ProposalCard, phase: Phase, heading: str
) -> None:
    assert read(replace(card, phase=phase, reason="So.")).fields[heading] == "> So."


def test_during_the_notice_the_vote_can_be_postponed(
    read: Read, card: ProposalCard, open_vote: VoteSummary
) -> None:
    noticed = replace(open_vote, link="", end=None)
    shown = read(replace(card, phase=Phase.TEMPERATURE_NOTICE, votes=(noticed,)))
    assert shown.buttons == {
        "Read the draft": "proposal:12:draft",
        "Postpone": "proposal:12:postpone",
    }
    assert shown.fields["Temperature Check"] == "opens <t:1790000000:F> (<t:1790000000:R>)"
    assert "The vote opens by itself <t:1790000000:F>" in shown.next_step


def test_an_open_vote_links_to_snapshot(
    read: Read, card: ProposalCard, open_vote: VoteSummary
) -> None:
    shown = read(replace(card, phase=Phase.TEMPERATURE_CHECK, votes=(open_vote,)))
    assert shown.buttons == {"Vote on Snapshot": LINK}
    assert "vote on Snapshot by <t:1790259200:F> (<t:1790259200:R>)." in shown.next_step
    assert "<@501> or <@&601> drafts the consensus check" in shown.next_step


def test_the_second_vote_keeps_the_first_ones_result_and_link(
    read: Read, card: ProposalCard, open_vote: VoteSummary
) -> None:
    first = replace(open_vote, passed=True, why="more Yes than the rest")
    second = replace(open_vote, step=Step.CONSENSUS, step_name="Consensus Check", link=f"{LINK}2")
    shown = read(replace(card, phase=Phase.CONSENSUS_CHECK, votes=(first, second)))
    assert shown.fields["Temperature Check"] == "✔ passed: more Yes than the rest"
    assert shown.buttons == {"Vote on Snapshot": f"{LINK}2", "Temperature Check on Snapshot": LINK}


def test_a_failed_vote_ends_the_row_where_it_failed(
    read: Read, card: ProposalCard, open_vote: VoteSummary
) -> None:
    failed = replace(open_vote, passed=False, why="no majority for Yes")
    shown = read(replace(card, phase=Phase.TEMPERATURE_FAILED, votes=(failed,)))
    assert "✔ Idea → ✖ Temperature → ○ Consensus" in shown.text
    assert shown.fields["Temperature Check"] == "✖ did not pass: no majority for Yes"
    assert shown.next_step.startswith("Nothing: it ends here.")


def test_a_rejected_proposal_ended_where_its_last_vote_was(
    read: Read, card: ProposalCard, open_vote: VoteSummary
) -> None:
    rejected = replace(card, phase=Phase.REJECTED, reason="Off topic.")
    assert "✖ Idea → ○ Temperature" in read(rejected).text
    assert read(rejected).fields["Reason"] == "> Off topic."
    assert "✔ Idea → ✖ Temperature → ○" in read(replace(rejected, votes=(open_vote,))).text
    second = replace(open_vote, step=Step.CONSENSUS)
    later = read(replace(rejected, votes=(open_vote, second)))
    assert "✔ Temperature → ✖ Consensus → ○" in later.text


def test_a_passed_proposal_can_go_both_ways(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, phase=Phase.PASSED))
    assert "If it changes a contract" in shown.next_step
    assert "`/proposal implemented` for BTRST-12" in shown.next_step


def test_what_needed_no_contract_never_passes_the_chain(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, phase=Phase.IMPLEMENTED))
    assert "✔ Idea → ✔ Temperature → ✔ Consensus → ✔ Done" in shown.text


@pytest.mark.parametrize("state", GovernorState)
def test_every_state_of_a_governor_has_its_words(
    read: Read, card: ProposalCard, on_chain: OnChainSummary, state: GovernorState
) -> None:
    shown = read(replace(card, phase=Phase.ON_CHAIN, on_chain=replace(on_chain, state=state)))
    assert shown.next_step
    assert shown.fields["On chain"].count("\n") >= 1


@pytest.mark.parametrize(
    ("state", "row", "words"),
    [
        (GovernorState.PENDING, "● On chain → ○ Timelock", "votes are delegated"),
        (GovernorState.ACTIVE, "● On chain → ○ Timelock", "vote on chain by about"),
        (
            GovernorState.SUCCEEDED,
            "✔ On chain → ● Timelock",
            "Anyone may send the next transaction",
        ),
        (GovernorState.QUEUED, "✔ On chain → ● Timelock", "compare the calls"),
        (GovernorState.EXECUTED, "✔ Timelock → ✔ Done", "it is done"),
        (GovernorState.DEFEATED, "✖ On chain → ○ Timelock", "it ends here"),
        (GovernorState.CANCELED, "✖ On chain → ○ Timelock", "it ends here"),
        (GovernorState.EXPIRED, "✔ On chain → ✖ Timelock", "proposes it again"),
        (GovernorState.UPDATABLE, "● On chain → ○ Timelock", "should be changed"),
        (GovernorState.OBJECTION_PERIOD, "● On chain → ○ Timelock", "vote against it by about"),
        (GovernorState.VETOED, "✖ On chain → ○ Timelock", "it ends here"),
        (GovernorState.UNKNOWN, "● On chain → ○ Timelock", "asks the governor again"),
    ],
)
def test_on_chain_the_governors_word_counts(
    read: Read,
    card: ProposalCard,
    on_chain: OnChainSummary,
    state: GovernorState,
    row: str,
    words: str,
) -> None:
    shown = read(replace(card, phase=Phase.ON_CHAIN, on_chain=replace(on_chain, state=state)))
    assert row in shown.text
    assert words in shown.next_step
    assert "Braintrust Governor · proposal 3" in shown.fields["On chain"]


def test_what_was_canceled_in_the_timelock_ended_there(
    read: Read, card: ProposalCard, on_chain: OnChainSummary
) -> None:
    canceled = replace(on_chain, state=GovernorState.CANCELED, eta=UnixSeconds(1_790_000_000))
    shown = read(replace(card, phase=Phase.ON_CHAIN, on_chain=canceled))
    assert "✔ On chain → ✖ Timelock" in shown.text


def test_the_timelock_shows_from_when_and_until_when(
    read: Read, card: ProposalCard, on_chain: OnChainSummary
) -> None:
    queued = replace(
        on_chain,
        state=GovernorState.QUEUED,
        eta=UnixSeconds(1_790_000_000),
        expires_at=UnixSeconds(1_791_000_000),
    )
    shown = read(replace(card, phase=Phase.ON_CHAIN, on_chain=queued))
    assert "TIMELOCK** · final technical review" in shown.text
    assert "can be executed from <t:1790000000:F>" in shown.fields["On chain"]
    assert "must be executed before <t:1791000000:F>" in shown.fields["On chain"]
    assert "or it expires" in shown.fields["On chain"]
    assert "setMarketplaceFee" in shown.fields["What it would do"]


def test_an_executed_proposal_shows_what_it_did(
    read: Read, card: ProposalCard, on_chain: OnChainSummary
) -> None:
    executed = replace(
        on_chain,
        state=GovernorState.EXECUTED,
        executed_transaction=TransactionHash("0x" + "ab" * 32),
        id="1" * 77,
    )
    shown = read(replace(card, phase=Phase.ON_CHAIN, on_chain=executed))
    assert "What it did" in shown.fields
    assert f"Transaction `0x{'ab' * 32}`" in shown.fields["On chain"]
    assert "proposal 1111…1111" in shown.fields["On chain"]
    assert shown.rendered.view is None
    linked = read(
        replace(card, phase=Phase.ON_CHAIN, on_chain=replace(executed, chain_id=ChainId(1)))
    )
    assert "Transaction 0xabab…abab" in linked.fields["On chain"]
    assert linked.buttons == {"See the transaction": f"https://etherscan.io/tx/0x{'ab' * 32}"}


def test_a_link_on_chain_that_was_not_read_yet_is_said_to_be_unknown(
    read: Read, card: ProposalCard
) -> None:
    shown = read(replace(card, phase=Phase.ON_CHAIN))
    assert "shown here as soon as it is known" in shown.next_step


def test_a_known_thread_is_linked(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, thread_id=ChannelId(901)))
    assert "discussion in <#901>" in shown.text


def test_a_long_idea_is_an_excerpt(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, idea="word " * 1_000))
    assert len(shown.text) < 900
    assert shown.text.endswith("word…")


def test_an_idea_of_many_rows_does_not_make_a_tower(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, idea="a\n" * 300))
    assert shown.text.count("\n> ") <= 14


def test_a_thread_is_named_for_the_proposal() -> None:
    assert thread_name("BTRST-12", "Lower the fee") == "BTRST-12 · Lower the fee"
    long = thread_name("BTRST-12", "Lower the marketplace fee " * 10)
    assert len(long) <= 100
    assert long.startswith("BTRST-12 · Lower the marketplace fee")
    assert long.endswith("…")


def test_a_card_can_be_shown_as_an_answer(card: ProposalCard) -> None:
    embed, view = shown_card(replace(card, phase=Phase.READY))
    assert embed.footer.text == "BTRST-12"
    assert view is not None


def test_opposition_is_shown_beside_the_support_where_it_is_asked_for(
    read: Read, card: ProposalCard
) -> None:
    opposed = replace(card, opposition_emoji="👎", opposers=1_234)
    assert "**7 of 10** · 👎 1,234" in read(opposed).fields["Support"]
    assert "react with 👍, or 👎 if you are against it" in read(opposed).fields["Support"]
    assert read(opposed).rendered.reactions == ("👍", "👎")
    assert "👎" not in read(card).fields["Support"]


def test_a_card_says_who_counts_where_not_everybody_does(read: Read, card: ProposalCard) -> None:
    roles = tuple(RoleId(700 + number) for number in range(7))
    some = replace(card, supporter_roles=roles[:2])
    assert "only members with <@&700> or <@&701> count" in read(some).fields["Support"]
    all_of_them = read(replace(card, supporter_roles=roles)).fields["Support"]
    assert "<@&704> or 2 other roles count" in all_of_them
    old = replace(card, supporter_roles=roles[:1], minimum_membership=Seconds(2 * 86_400))
    assert (
        "only members with <@&700> who have been here for 2 days count"
        in read(old).fields["Support"]
    )
    hours = replace(card, minimum_membership=Seconds(5_400))
    assert "only members who have been here for 1.5 hours count" in read(hours).fields["Support"]
    assert "only members" not in read(card).fields["Support"]


def test_the_answers_of_an_idea_stand_under_headings(read: Read, card: ProposalCard) -> None:
    parts = replace(card, idea="Too dear.", change="Less.", why_now="", topic="fees")
    shown = read(parts)
    assert "**The problem**\n> Too dear.\n**The change**\n> Less." in shown.text
    assert "Why now" not in shown.text
    assert "by <@501> · topic: fees · discussion" in shown.text


def test_an_idea_made_of_a_message_leads_back_to_it_and_nowhere_else(
    read: Read, card: ProposalCard
) -> None:
    address = "https://discord.com/channels/1/2/3"
    shown = read(replace(card, source=address))
    assert "from a message by <@501>" in shown.text
    assert shown.buttons == {"The message it was made of": address}
    elsewhere = read(replace(card, source="https://discord.com.evil.example/channels/1/2/3"))
    assert elsewhere.buttons == {}
    assert "by <@501>" in elsewhere.text


def test_a_merged_idea_names_and_links_the_other(read: Read, card: ProposalCard) -> None:
    other = replace(card.subject, reference="BTRST-7", title="Cut the fee")
    thread = "https://discord.com/channels/1/77"
    merged = replace(card, phase=Phase.MERGED, merged_into=other, merged_into_link=thread)
    shown = read(merged)
    assert shown.fields["Merged into"] == "BTRST-7 · Cut the fee"
    assert shown.buttons == {"To BTRST-7": thread}
    assert shown.next_step.startswith("Everybody: support and discuss BTRST-7.")
    assert read(replace(merged, merged_into_link="")).buttons == {}


def test_where_there_is_one_vote_it_is_called_the_vote(read: Read, card: ProposalCard) -> None:
    one = replace(card, phase=Phase.CONSENSUS_DRAFT, steps=(Step.CONSENSUS,))
    assert read(one).text.startswith("**VOTE** · being drafted\n✔ Idea → ● Vote → ○ On chain")
    none = read(replace(card, phase=Phase.PASSED, steps=()))
    assert none.text.startswith("**ACCEPTED** · to be put on chain\n✔ Idea → ● On chain")


def drafting(card: ProposalCard, **review: Any) -> ProposalCard:
    checks = (
        Check(name="Title", state=CheckState.DONE, detail="47 of 256 characters."),
        Check(name="Text", state=CheckState.MISSING, detail="The text is empty."),
    )
    summary = DraftSummary(
        step=Step.TEMPERATURE,
        revision=3,
        edited_by=UserId(501),
        edited_at=UnixSeconds(1_790_000_000),
        checks=checks,
        review=Review(**{"needed": 0, "revision": 3, **review}),
    )
    return replace(card, phase=Phase.TEMPERATURE_DRAFT, draft=summary)


def test_a_draft_shows_its_checklist_on_the_card(read: Read, card: ProposalCard) -> None:
    shown = read(drafting(card))
    assert shown.fields["To be put right first"] == "✖ Text: The text is empty."
    assert shown.fields["Checked"] == "✔ Title: 47 of 256 characters."
    assert "Publish…" in shown.buttons


def test_a_draft_that_needs_an_approval_is_submitted_then_approved_then_published(
    read: Read, card: ProposalCard
) -> None:
    begun = read(drafting(card, needed=1, void_revision=2, void_approvals=(UserId(7),)))
    assert begun.buttons["Submit for review"] == "proposal:12:submit:temperature:3"
    assert "void" in begun.fields["Review of revision 3"]
    assert "**Submit for review**" in begun.next_step
    submitted = read(drafting(card, needed=1, submitted_by=UserId(501)))
    assert submitted.buttons["Approve revision 3"] == "proposal:12:approve:temperature:3"
    assert "approve it" in submitted.next_step
    approved = read(drafting(card, needed=1, submitted_by=UserId(501), approved_by=(UserId(7),)))
    assert "Publish…" in approved.buttons


def test_coauthors_stand_beside_the_author(read: Read, card: ProposalCard) -> None:
    shown = read(replace(card, coauthors=(UserId(7), UserId(8))))
    assert "by <@501>, with <@7>, <@8> · " in shown.text
