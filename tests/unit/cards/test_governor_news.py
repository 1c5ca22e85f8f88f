"""What is said of a proposal on chain."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.onchain.announcement import GovernorNews
from bot.domain.onchain.governor import ProposalKey, QuorumRule, TimelockKind
from bot.domain.onchain.proposal import Moment
from bot.domain.types import Address, ChainId, Seconds, TransactionHash

Read = Callable[..., Any]


@pytest.mark.parametrize("moment", list(Moment))
def test_every_moment_has_its_words(read: Read, news: GovernorNews, moment: Moment) -> None:
    shown = read(replace(news, moment=moment))
    assert shown.title.endswith(": Lower the fee")
    assert shown.text.startswith("BTRST-12 at Braintrust Governor: ")
    assert "{" not in shown.everything
    assert shown.footer.startswith("BTRST-12 · ")


def test_a_creation_says_until_when_to_delegate_and_that_times_are_estimates(
    read: Read, news: GovernorNews
) -> None:
    shown = read(news)
    assert "before it opens about <t:1790000000:F> (<t:1790000000:R>)" in shown.next_step
    assert "ends about <t:1790086400:F>" in shown.next_step
    token = "https://etherscan.io/address/0x799ebfABE77a6E34311eeEe9825190B9ECe32824"
    assert f"call `delegate` of the token [0x799e…2824]({token})" in shown.next_step
    assert "proposed by 0x799e…2824." in shown.text
    assert (
        "1. Set the marketplace fee to **8** (setMarketplaceFee" in shown.fields["What it would do"]
    )


def test_exact_times_are_not_called_estimates(read: Read, news: GovernorNews) -> None:
    assert "about" not in read(replace(news, times_are_estimates=False)).next_step


def test_an_open_vote_names_its_end(read: Read, news: GovernorNews) -> None:
    shown = read(replace(news, moment=Moment.VOTING_OPEN))
    assert shown.title.startswith("🗳 On-chain voting is open: ")
    assert "vote by about <t:1790086400:F>" in shown.next_step


def test_a_success_shows_the_votes_and_who_may_queue(read: Read, news: GovernorNews) -> None:
    shown = read(replace(news, moment=Moment.SUCCEEDED))
    assert "**For** 1.02M BTRST · **Against** 236.4K BTRST · quorum 100K BTRST" in shown.text
    assert "Anyone may now queue it" in shown.next_step


def test_votes_that_are_not_known_are_not_zero(read: Read, news: GovernorNews) -> None:
    shown = read(replace(news, moment=Moment.DEFEATED, for_votes=None, quorum=None))
    assert "**For** not known yet" in shown.text
    assert "quorum not known yet" in shown.text


def test_abstentions_are_shown_where_the_governor_counts_them(
    read: Read, news: GovernorNews
) -> None:
    assert "Abstain" not in read(replace(news, moment=Moment.SUCCEEDED)).text
    counted = replace(news, moment=Moment.SUCCEEDED, abstain_votes=news.against_votes)
    assert "**Abstain** 236.4K BTRST" in read(counted).text


def test_the_timelock_is_the_time_for_the_final_review(read: Read, news: GovernorNews) -> None:
    shown = read(replace(news, moment=Moment.QUEUED))
    assert "final technical review" in shown.text
    assert "waits in the timelock, the contract that holds back for a while" in shown.text
    managed = replace(news, moment=Moment.QUEUED, timelock_kind=TimelockKind.ACCESS_MANAGER)
    assert "the AccessManager, the contract that says who may call what" in read(managed).text
    assert "setMarketplaceFee" in shown.fields["What it would do"]
    assert "executed from <t:1790700000:F>" in shown.next_step


def test_execution_is_open_to_anyone_until_it_expires(read: Read, news: GovernorNews) -> None:
    ready = replace(news, moment=Moment.EXECUTABLE)
    assert (
        "must be executed before <t:1791900000:F> (<t:1791900000:R>), or it expires"
        in read(ready).next_step
    )
    endless = replace(ready, expires_at=None)
    assert read(endless).next_step == "Anyone may send the execute transaction."


def test_an_execution_names_and_links_its_transaction(read: Read, news: GovernorNews) -> None:
    shown = read(replace(news, moment=Moment.EXECUTED))
    short = (
        f"{news.transaction_hash[:6]}…{news.transaction_hash[-4:]}" if news.transaction_hash else ""
    )
    assert f"Transaction {short}\n" in f"{shown.text}\n"
    assert shown.buttons == {
        "See the transaction": f"https://etherscan.io/tx/{news.transaction_hash}"
    }


def test_on_a_chain_without_a_known_explorer_the_transaction_is_only_named(
    read: Read, news: GovernorNews
) -> None:
    key = ProposalKey(
        chain_id=ChainId(31_337), governor=news.governor_key.governor, id=news.governor_key.id
    )
    shown = read(replace(news, moment=Moment.EXECUTED, governor_key=key))
    assert shown.rendered.view is None
    assert f"Transaction `{news.transaction_hash}`" in shown.text


def test_a_transaction_that_is_none_is_no_link(read: Read, news: GovernorNews) -> None:
    odd = replace(news, moment=Moment.EXECUTED, transaction_hash=TransactionHash("x y"))
    assert read(odd).rendered.view is None


def test_a_proposal_that_is_none_of_ours_goes_by_its_governor(
    read: Read, news: GovernorNews
) -> None:
    shown = read(replace(news, reference=""))
    assert shown.text.startswith("Braintrust Governor: ")
    assert shown.footer.startswith("Braintrust Governor · ")


def test_the_way_to_delegate_is_one_button_away_while_it_is_not_too_late(
    read: Read, news: GovernorNews
) -> None:
    token = "https://etherscan.io/address/0x799ebfABE77a6E34311eeEe9825190B9ECe32824"
    assert read(news).buttons["Delegate votes"] == f"{token}#writeContract"
    late = read(replace(news, delegate_until=None))
    assert "Voting power was counted already" in late.next_step
    assert "Delegate votes" not in late.buttons


def test_where_votes_weigh_what_they_did_at_the_creation_nobody_is_told_to_delegate(
    read: Read, news: GovernorNews
) -> None:
    fixed = replace(news, delegate_until=None, counts_at_creation=True)
    shown = read(fixed)
    assert "delegating now changes nothing for it" in shown.next_step
    assert "Delegate votes" not in shown.buttons
    opened = read(replace(fixed, moment=Moment.VOTING_OPEN))
    assert "delegated to you when it was proposed" in opened.text


def test_a_veto_says_by_whom_and_no_more_than_that(read: Read, news: GovernorNews) -> None:
    vetoed = replace(news, moment=Moment.VETOED, guardian=Address("0xVeto"))
    assert "it was vetoed by 0xVeto, who holds the right" in (
        read(replace(vetoed, canceled_by=Address("0xVeto"))).text
    )
    assert "vetoed in a transaction of 0xSafe; the right to veto is that of 0xVeto" in (
        read(replace(vetoed, canceled_by=Address("0xSafe"))).text
    )
    assert "it was vetoed. It can never" in read(replace(vetoed, guardian=None)).text


def test_a_vote_that_can_be_overruled_is_not_called_unchangeable(
    read: Read, news: GovernorNews
) -> None:
    soon = replace(news, moment=Moment.CLOSING_SOON, lead=Seconds(3_600))
    assert "cannot be changed" in read(soon).text
    overridable = read(replace(soon, is_overridable=True))
    assert "cannot be changed" not in overridable.text
    assert "overrule their delegate's vote" in overridable.text


def test_what_need_not_be_queued_is_not_said_to_wait_for_that(
    read: Read, news: GovernorNews
) -> None:
    managed = replace(news, moment=Moment.UNQUEUED, timelock_kind=TimelockKind.ACCESS_MANAGER)
    direct = replace(managed, needs_queuing=False)
    assert read(direct).title.startswith("⚠ Passed, and not executed")
    assert (
        "none of its calls has to wait" in read(replace(direct, moment=Moment.SUCCEEDED)).everything
    )
    assert "not queued or executed" in read(managed).title
    assert "not queued:" in read(replace(managed, needs_queuing=True)).title


def test_a_reminder_warns_while_the_quorum_is_not_reached(read: Read, news: GovernorNews) -> None:
    soon = replace(news, moment=Moment.CLOSING_SOON, lead=Seconds(3_600))
    assert "quorum is not reached" not in read(soon).text
    lacking = replace(soon, quorum_missing=Decimal("40000.01"))
    assert (
        "⚠ **The quorum is not reached yet:** 40.01K BTRST more (votes For count)"
        in read(lacking).text
    )
    assert "quorum is not reached" not in read(replace(lacking, quorum_missing=None)).text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"quorum_missing": Decimal(4), "quorum_counted": Decimal(6), "quorum": Decimal(10)},
            "the quorum was missed (6 BTRST of 10 BTRST, where votes For and Abstain count). Not",
        ),
        ({"against_votes": Decimal(2_000_000)}, "there were more votes Against than For"),
        ({"against_votes": Decimal(1_020_000)}, "there were as many votes Against as For"),
        ({"for_votes": None, "quorum_missing": None}, "why it does not tell"),
        (
            {
                "quorum_missing": Decimal(4),
                "quorum_counted": Decimal(6),
                "quorum": Decimal(10),
                "against_votes": Decimal(2_000_000),
            },
            "count) and there were more votes Against than For",
        ),
    ],
)
def test_a_defeat_says_why(
    read: Read, news: GovernorNews, changes: dict[str, Any], why: str
) -> None:
    lost = replace(news, moment=Moment.DEFEATED, quorum_rule=QuorumRule.FOR_AND_ABSTAIN, **changes)
    assert why in read(lost).text


def test_what_passed_without_a_timelock_is_executed_and_not_queued(
    read: Read, news: GovernorNews
) -> None:
    passed = replace(news, moment=Moment.SUCCEEDED, timelock_kind=TimelockKind.NONE)
    assert "Anyone may now execute it" in read(passed).next_step
    forgotten = replace(passed, moment=Moment.UNQUEUED)
    assert read(forgotten).title == "⚠ Passed, and not executed: Lower the fee"
    assert read(replace(forgotten, timelock_kind=TimelockKind.COMPOUND)).title == (
        "⚠ Passed, and not queued: Lower the fee"
    )


def test_in_an_objection_period_only_votes_against_are_asked_for(
    read: Read, news: GovernorNews
) -> None:
    moved = replace(news, moment=Moment.DEADLINE_MOVED, ordinal=1, is_objection=True)
    assert "only votes Against are taken now" in read(moved).text
    assert read(moved).next_step.startswith("Who wants to stop it: vote by the new end, about <t:")


def test_a_proposer_with_a_name_is_named_beside_the_address(read: Read, news: GovernorNews) -> None:
    named = read(replace(news, proposer_name="mara.eth @everyone")).text
    assert "mara.eth @everyone (0x799e…2824)" in named


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("0x799ebfABE77a6E34311eeEe9825190B9ECe32824", "was canceled by its proposer."),
        ("0xb6f1F016175588a049fDA12491cF3686De33990B", "canceled by the guardian of this gov"),
        (
            "0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb",
            "in a transaction of 0x281E…d9Fb, who did not propose",
        ),
        (None, "the proposal was canceled. It can never"),
    ],
)
def test_a_cancellation_says_by_whom_as_far_as_that_is_known(
    read: Read, news: GovernorNews, by: str | None, words: str
) -> None:
    guardian = Address("0xb6f1F016175588a049fDA12491cF3686De33990B")
    canceled = replace(
        news,
        moment=Moment.CANCELED,
        guardian=guardian,
        canceled_by=None if by is None else Address(by),
    )
    assert words in read(canceled).text


def test_an_end_without_an_event_is_claimed_of_no_place(read: Read, news: GovernorNews) -> None:
    for moment in (Moment.CANCELED, Moment.EXECUTED):
        text = read(replace(news, moment=moment, transaction_hash=None)).text
        assert "as the governor says; no event of it was seen" in text
        assert "in the timelock itself" not in text
