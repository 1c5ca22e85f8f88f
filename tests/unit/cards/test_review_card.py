"""The card of a technical review: it claims what was checked, and nothing more."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.announcement import Subject
from bot.domain.onchain.call import DecodedCall
from bot.domain.onchain.governor import ProposalKey
from bot.domain.onchain.simulation import Outcome, SimulatedCall, Simulation
from bot.domain.review.announcement import CallsDiffer, ChecksMissing, ConcernRaised
from bot.domain.review.comparison import CallComparison, Comparison, Likeness
from bot.domain.review.review_card import CheckLine, ReviewCard, ReviewEnd
from bot.domain.review.technical_review import Concern, SignOff
from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    RoleId,
    TransactionHash,
    UnixSeconds,
    UserId,
)
from cogs.cards.buttons import Action, ReviewAction
from cogs.cards.fitting import Colour, Page
from cogs.cards.rendering import written

NOW = UnixSeconds(1_800_000_000)
KEY = ProposalKey(chain_id=ChainId(1), governor=Address("0x1a0D"), id=GovernorProposalId(3))


@pytest.fixture
def same(fee_call: DecodedCall) -> Comparison:
    pair = CallComparison(
        likeness=Likeness.SAME, number=1, on_chain=fee_call, named="call: Market.setFee(8)"
    )
    return Comparison(
        source="the Consensus Check on Snapshot",
        approved_title="Lower the fee",
        has_same_title=True,
        names_approval=True,
        names_calls=True,
        calls=(pair,),
    )


@pytest.fixture
def card(subject: Subject, fee_call: DecodedCall, same: Comparison) -> ReviewCard:
    signed = SignOff(check="calls", user_id=UserId(501), name="Ana", at=NOW)
    return ReviewCard(
        governor_key=KEY,
        governor_name="Braintrust Governor",
        title="Lower the fee",
        subject=subject,
        is_brief=False,
        end=None,
        calls=(fee_call,),
        comparison=same,
        simulation=Simulation(
            at=NOW,
            block=BlockNumber(24_000_123),
            calls=(SimulatedCall(outcome=Outcome.SUCCEEDS),),
        ),
        is_simulation_old=False,
        checks=(CheckLine(check="calls", signed=(signed,)), CheckLine(check="amounts", signed=())),
        eta=UnixSeconds(NOW + 600_000),
        expires_at=UnixSeconds(NOW + 1_800_000),
    )


def read(page: Page) -> str:
    """Give all of it, without the backslashes that keep it plain."""
    fields = [f"{name}\n{text}" for name, text in page.fields]
    return "\n".join([page.title, *page.lines, *fields, page.next_step]).replace("\\", "")


def labels(page: Page) -> list[str]:
    return [button.label for button in page.buttons]


def test_a_review_says_what_was_checked_when_and_by_whom(card: ReviewCard) -> None:
    page = written(card)
    text = read(page)
    assert "TIMELOCK** · final technical review" in text
    assert "✔ title" in text
    assert "✔ call 1" in text
    assert "✔ would succeed" in text
    assert "at block 24,000,123" in text
    assert "1 of 2 checks signed" in text
    assert "✔ calls: <@501>" in text
    assert "○ amounts" in text
    assert f"from <t:{NOW + 600_000}:F>" in text
    assert f"must be executed before <t:{NOW + 1_800_000}:F>" in text
    assert "waits so that everybody can check it" in text
    assert "Sign checks" in page.next_step
    assert page.colour is Colour.WAIT
    assert labels(page) == ["Sign checks", "Raise a concern", "Raw calls", "Simulate again"]
    assert all(isinstance(button, Action) for button in page.buttons)


def differing(same: Comparison, likeness: Likeness, **more: Any) -> Comparison:
    return replace(same, calls=(replace(same.calls[0], likeness=likeness, **more),))


def test_a_difference_is_the_first_thing_that_is_said(card: ReviewCard, same: Comparison) -> None:
    found = differing(same, Likeness.DIFFERS, differs=("argument 1 (fee)",))
    page = written(replace(card, comparison=found))
    text = read(page)
    assert "⚠ **It is not what was approved off chain" in text
    assert "call 1 differs** in argument 1 (fee): approved was call: Market.setFee(8)" in text
    assert page.colour is Colour.BAD
    assert "read the difference" in page.next_step


@pytest.mark.parametrize(
    ("likeness", "more", "words"),
    [
        (Likeness.ONLY_ON_CHAIN, {}, "the approved text does not name it"),
        (Likeness.ONLY_APPROVED, {"number": None}, "a call is not on chain"),
        (Likeness.UNKNOWN, {"untold": ("its data",)}, "call 1 cannot be compared** (its data)"),
        (Likeness.SAME_AS_FAR_AS_KNOWN, {"untold": ("the contract",)}, "not compared was"),
    ],
)
def test_each_likeness_is_put_into_words(
    card: ReviewCard, same: Comparison, likeness: Likeness, more: dict[str, Any], words: str
) -> None:
    found = differing(same, likeness, **more)
    assert words in read(written(replace(card, comparison=found)))


def test_what_cannot_be_compared_warns_and_claims_no_difference(
    card: ReviewCard, same: Comparison, subject: Subject
) -> None:
    unknown = differing(same, Likeness.UNKNOWN, untold=("its function is not known",))
    page = written(replace(card, comparison=unknown))
    assert "Nobody can tell from here whether 1 call of it was approved" in read(page)
    assert "It is not what was approved" not in read(page)
    assert (page.colour, "**Raw calls**" in page.next_step) == (Colour.BAD, True)
    told = written(
        CallsDiffer(
            subject=subject,
            governor_key=KEY,
            governor_name="Braintrust Governor",
            title="Lower the fee",
            comparison=unknown,
            is_queued=True,
            at=NOW,
        )
    )
    assert told.title.startswith("⚠ Cannot be compared with what was approved")
    assert "is not what was approved" not in read(told)


def test_a_description_without_a_link_is_a_warning(card: ReviewCard, same: Comparison) -> None:
    page = written(replace(card, comparison=replace(same, names_approval=False)))
    assert any("links to neither the vote nor the discussion" in row for row in page.lines)


def test_what_names_no_calls_is_not_called_the_same(card: ReviewCard, same: Comparison) -> None:
    none_named = replace(same, names_calls=False, calls=(), names_approval=False)
    text = read(written(replace(card, comparison=none_named)))
    assert "names none, so they cannot be compared" in text
    assert "⚠ the description links to neither" in text
    assert "✔ call 1" not in text


def trial(*calls: SimulatedCall) -> Simulation:
    return Simulation(at=NOW, block=BlockNumber(5), calls=calls)


def test_a_revert_gives_its_reason_and_several_calls_say_that_each_was_tried_alone(
    card: ReviewCard, fee_call: DecodedCall
) -> None:
    tried = trial(
        SimulatedCall(outcome=Outcome.REVERTS, why="not **the** owner"),
        SimulatedCall(outcome=Outcome.SUCCEEDS, why="there is no contract at this address"),
    )
    page = written(replace(card, calls=(fee_call, fee_call), simulation=tried))
    text = read(page)
    assert "✖ call 1 (setMarketplaceFee) would revert: not **the** owner" in text
    assert "⚠ call 2 (setMarketplaceFee) would succeed: there is no contract" in text
    assert "each call was tried alone" in text
    assert page.colour is Colour.BAD


def test_a_node_that_failed_is_never_a_revert(card: ReviewCard) -> None:
    failed = Simulation(
        at=NOW,
        block=None,
        calls=(SimulatedCall(outcome=Outcome.UNKNOWN, why="the node did not answer"),),
    )
    text = read(written(replace(card, simulation=failed)))
    assert "❔ could not be simulated: the node did not answer" in text
    assert "revert" not in text
    assert "at block" not in text
    old = read(written(replace(card, is_simulation_old=True)))
    assert "the node has not answered since" in old


def test_before_the_first_trial_nothing_is_claimed(card: ReviewCard) -> None:
    text = read(written(replace(card, simulation=None)))
    assert "○ not tried yet" in text
    assert "would" not in text


def test_a_concern_stands_at_the_top_and_many_are_counted(card: ReviewCard) -> None:
    concern = Concern(user_id=UserId(7), name="Joel", text="The **fee** is too low.", at=NOW)
    page = written(replace(card, concerns=(concern,) * 5))
    assert page.lines[2].startswith("⚠ **<@7> has a concern**")
    assert page.lines[3] == "> The \\*\\*fee\\*\\* is too low."
    assert page.lines[-1] == "⚠ and 2 more concerns"


def test_who_may_sign_is_named(card: ReviewCard) -> None:
    signable = replace(card, signer_roles=(RoleId(77),))
    assert written(signable).next_step.startswith("Moderators or <@&77>:")


def test_a_review_with_every_check_signed_only_waits(card: ReviewCard) -> None:
    (first, second) = card.checks
    done = replace(card, checks=(first, replace(second, signed=first.signed)))
    page = written(done)
    assert "2 of 2 checks signed" in read(page)
    assert page.next_step.startswith("From <t:")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (ReviewEnd.EXECUTED, "executed ✔"),
        (ReviewEnd.CANCELED, "canceled"),
        (ReviewEnd.EXPIRED, "expired, never executed"),
        (ReviewEnd.UNQUEUED, "not queued any more"),
    ],
)
def test_what_has_ended_says_how_and_takes_no_signature(
    card: ReviewCard, end: ReviewEnd, words: str
) -> None:
    ended = replace(card, end=end, ended_at=NOW, transaction_hash=TransactionHash("0x" + "ab" * 32))
    page = written(ended)
    assert words in read(page)
    assert labels(page) == ["Raw calls", "See the transaction"]
    assert "Transaction 0xabab…abab" in read(page)
    assert "Execute" not in [name for name, _ in page.fields]
    did = "What it did" if end is ReviewEnd.EXECUTED else "What it would have done"
    assert did in [name for name, _ in page.fields]


def test_a_card_whose_thread_has_the_whole_of_it_has_no_buttons(card: ReviewCard) -> None:
    page = written(replace(card, is_brief=True, checks=(), comparison=None))
    assert page.buttons == ()
    assert [name for name, _ in page.fields] == ["Will do", "Simulation", "Execute"]


def test_a_card_of_what_is_none_of_ours_has_all_that_a_review_has(card: ReviewCard) -> None:
    longest = replace(KEY, id=GovernorProposalId(2**256 - 1))
    page = written(
        replace(card, is_brief=True, subject=None, comparison=None, governor_key=longest)
    )
    assert labels(page) == ["Sign checks", "Raise a concern", "Raw calls", "Simulate again"]
    ids = [button.custom_id for button in page.buttons if isinstance(button, ReviewAction)]
    assert len({*ids}) == 4
    assert all(each.startswith("review:") and len(each) <= 100 for each in ids)
    assert "Review" in [name for name, _ in page.fields]


def test_what_never_expires_says_so(card: ReviewCard) -> None:
    assert "it does not expire" in read(written(replace(card, expires_at=None)))
    assert "is not known yet" in read(written(replace(card, eta=None)))


@pytest.mark.parametrize("is_queued", [False, True])
def test_a_difference_is_announced_with_what_can_be_done(
    subject: Subject, same: Comparison, *, is_queued: bool
) -> None:
    news = CallsDiffer(
        subject=subject,
        governor_key=KEY,
        governor_name="Braintrust Governor",
        title="Lower the fee",
        comparison=differing(same, Likeness.DIFFERS, differs=("argument 1",)),
        is_queued=is_queued,
        at=NOW,
    )
    text = read(written(news))
    assert "Not what was approved: Lower the fee" in text
    assert "call 1 differs" in text
    assert ("You can still vote against it" in text) is not is_queued


def test_open_checks_and_concerns_are_announced(subject: Subject) -> None:
    missing = ChecksMissing(
        subject=subject, governor_key=KEY, missing=("amounts", "addresses"), count=4, eta=NOW
    )
    text = read(written(missing))
    assert "2 of 4 checks of its technical review are not signed" in text
    assert "○ amounts\n○ addresses" in text
    concern = ConcernRaised(
        subject=subject, governor_key=KEY, by=UserId(7), text="Look again.", eta=NOW, at=NOW
    )
    text = read(written(concern))
    assert "<@7> has found something" in text
    assert "> Look again." in text
