"""When a review is begun, repeated and signed, and by whom."""

from dataclasses import replace

import pytest

from bot.domain.errors import Denial, Refusal
from bot.domain.onchain.call import Call, Change, DecodedCall
from bot.domain.onchain.governor import GovernorState, ProposalKey
from bot.domain.onchain.simulation import Outcome, SimulatedCall, Simulation
from bot.domain.policy import BRAINTRUST, HOUR
from bot.domain.review.review_card import Reviewed, ReviewEnd, review_card, review_end
from bot.domain.review.technical_review import (
    MOST_CONCERNS,
    SignOff,
    TechnicalReview,
    begun,
    check_pause,
    chosen_checks,
    digest_of,
    is_simulation_due,
    require_signer,
    simulated,
    unsigned,
    with_concern,
)
from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    GovernorProposalId,
    GuildId,
    RoleId,
    UnixSeconds,
    UserId,
    Wei,
)
from tests.builders import MEMBER, MODERATOR
from tests.unit.domain.test_onchain import ALPHA, proposal

NOW = UnixSeconds(1_800_000_000)
KEY = ProposalKey(chain_id=ChainId(1), governor=Address("0x1"), id=GovernorProposalId(2))
CALL = Call(target=Address("0x2"), value=Wei(0), signature="", calldata="0x01")


@pytest.fixture
def review() -> TechnicalReview:
    return begun(GuildId(1), KEY, [CALL], BRAINTRUST, NOW)


def trial(outcome: Outcome = Outcome.SUCCEEDS, at: int = NOW) -> Simulation:
    return Simulation(
        at=UnixSeconds(at), block=BlockNumber(1), calls=(SimulatedCall(outcome=outcome),)
    )


def later(seconds: int) -> UnixSeconds:
    return UnixSeconds(NOW + seconds)


def test_a_review_begins_with_the_communitys_checklist(review: TechnicalReview) -> None:
    assert review.checks == ("calls", "amounts", "addresses", "simulation")
    assert review.is_open
    assert review.digest == digest_of([CALL])


@pytest.mark.parametrize(
    "other",
    [
        replace(CALL, target=Address("0x3")),
        replace(CALL, value=Wei(1)),
        replace(CALL, signature="f()"),
        replace(CALL, calldata="0x02"),
        replace(CALL, signature="\ud800"),
    ],
)
def test_other_calls_have_another_digest(other: Call) -> None:
    assert digest_of([other]) != digest_of([CALL])
    assert digest_of([CALL, other]) != digest_of([other, CALL])


def test_calls_are_tried_at_once_and_then_every_hour(review: TechnicalReview) -> None:
    assert is_simulation_due(review, None, NOW)
    tried = simulated(review, trial())
    assert not is_simulation_due(tried, None, later(HOUR - 1))
    assert is_simulation_due(tried, None, later(HOUR))


def test_calls_are_tried_anew_when_they_can_be_executed(review: TechnicalReview) -> None:
    tried = simulated(review, trial())
    eta = later(600)
    assert not is_simulation_due(tried, eta, later(599))
    assert is_simulation_due(tried, eta, later(600))
    again = simulated(tried, trial(at=later(601)))
    assert not is_simulation_due(again, eta, later(700))


def test_a_failed_trial_is_repeated_sooner_and_replaces_no_result(
    review: TechnicalReview,
) -> None:
    told = simulated(review, trial())
    failed = simulated(told, trial(Outcome.UNKNOWN, later(3_600)))
    assert failed.simulation == told.simulation
    assert failed.tried_at == later(3_600)
    assert not is_simulation_due(failed, None, later(3_600 + 299))
    assert is_simulation_due(failed, None, later(3_600 + 300))
    first = simulated(review, trial(Outcome.UNKNOWN))
    assert first.simulation is not None
    assert is_simulation_due(first, None, later(300))


def test_the_worst_of_several_calls_is_what_is_said_of_all() -> None:
    def of(*outcomes: Outcome) -> Outcome:
        calls = tuple(SimulatedCall(outcome=each) for each in outcomes)
        return Simulation(at=NOW, block=None, calls=calls).outcome

    assert of(Outcome.SUCCEEDS, Outcome.SUCCEEDS) is Outcome.SUCCEEDS
    assert of(Outcome.SUCCEEDS, Outcome.UNKNOWN) is Outcome.UNKNOWN
    assert of(Outcome.UNKNOWN, Outcome.REVERTS) is Outcome.REVERTS
    assert of() is Outcome.UNKNOWN


def test_nobody_lets_the_node_be_asked_twice_a_minute(review: TechnicalReview) -> None:
    check_pause(review, NOW)
    tried = simulated(review, trial())
    with pytest.raises(Refusal, match="in a minute"):
        check_pause(tried, later(59))
    check_pause(tried, later(60))


def test_moderators_sign_and_whoever_has_a_role_that_may() -> None:
    policy = replace(BRAINTRUST, review_roles=(RoleId(7), RoleId(8)))
    require_signer(MODERATOR, BRAINTRUST)
    require_signer(replace(MEMBER, role_ids=frozenset({RoleId(8), RoleId(9)})), policy)
    for actor in (MEMBER, replace(MEMBER, role_ids=frozenset({RoleId(9)}))):
        with pytest.raises(Denial, match="the roles they have named"):
            require_signer(actor, policy)


def test_only_checks_of_this_review_are_signed(review: TechnicalReview) -> None:
    assert chosen_checks(review, ["amounts", "calls"]) == ("calls", "amounts")
    assert chosen_checks(review, []) == ()
    with pytest.raises(Denial):
        chosen_checks(review, ["calls", "everything"])


def test_what_nobody_has_signed_is_missing(review: TechnicalReview) -> None:
    signed = SignOff(check="amounts", user_id=UserId(1), name="Ana", at=NOW)
    assert unsigned(review, [signed, signed]) == ("calls", "addresses", "simulation")


def test_a_member_has_one_concern_and_may_change_or_withdraw_it(
    review: TechnicalReview,
) -> None:
    first = with_concern(review, MODERATOR, "  Look \n again. ", NOW)
    assert [each.text for each in first.concerns] == ["Look again."]
    second = with_concern(first, MODERATOR, "It is worse.", NOW)
    assert [each.text for each in second.concerns] == ["It is worse."]
    assert with_concern(second, MODERATOR, "\n", NOW).concerns == ()
    with pytest.raises(Refusal, match="none to withdraw"):
        with_concern(first, MEMBER, "", NOW)


@pytest.mark.parametrize("text", ["\u200b", "…", "x" * 501])
def test_a_concern_says_something_and_not_too_much(review: TechnicalReview, text: str) -> None:
    with pytest.raises(Refusal):
        with_concern(review, MODERATOR, text, NOW)


def test_so_many_concerns_and_no_more(review: TechnicalReview) -> None:
    for number in range(MOST_CONCERNS):
        actor = replace(MEMBER, user_id=UserId(1_000 + number))
        review = with_concern(review, actor, "Look again.", NOW)
    with pytest.raises(Refusal, match="already"):
        with_concern(review, MODERATOR, "Look again.", NOW)
    last = replace(MEMBER, user_id=UserId(1_000))
    assert len(with_concern(review, last, "Changed.", NOW).concerns) == MOST_CONCERNS


@pytest.mark.parametrize("state", GovernorState)
def test_a_review_ends_by_the_governors_word_alone(state: GovernorState) -> None:
    ends = {
        GovernorState.QUEUED: None,
        GovernorState.UNKNOWN: None,
        GovernorState.EXECUTED: ReviewEnd.EXECUTED,
        GovernorState.CANCELED: ReviewEnd.CANCELED,
        GovernorState.VETOED: ReviewEnd.CANCELED,
        GovernorState.EXPIRED: ReviewEnd.EXPIRED,
    }
    assert review_end(state) is ends.get(state, ReviewEnd.UNQUEUED)


def fee(*changes: Change) -> DecodedCall:
    return DecodedCall(
        target=Address("0x2"),
        value=Wei(0),
        function="setMarketplaceFee",
        arguments=(),
        selector="0x00000000",
        changes=changes,
    )


NOW_TEN = Change(what="marketplace fee", before="10", after="")
TEN_TO_EIGHT = Change(what="marketplace fee", before="10", after="8")


@pytest.mark.parametrize(
    ("state", "read", "shown"),
    [
        (GovernorState.QUEUED, NOW_TEN, (NOW_TEN,)),
        (GovernorState.EXECUTED, TEN_TO_EIGHT, (TEN_TO_EIGHT,)),
        (GovernorState.EXECUTED, NOW_TEN, ()),
        (GovernorState.CANCELED, NOW_TEN, ()),
        (GovernorState.EXPIRED, NOW_TEN, ()),
    ],
)
def test_a_value_that_was_read_before_the_end_is_not_shown_as_that_of_now(
    review: TechnicalReview, state: GovernorState, read: Change, shown: tuple[Change, ...]
) -> None:
    made = Reviewed(
        review=replace(review, described=(fee(NOW_TEN),)),
        proposal=replace(proposal(state), described=(fee(read),)),
        governor=ALPHA,
        subject=None,
        comparison=None,
        signed=(),
        signer_roles=(),
    )
    (call,) = review_card(made, is_brief=False).calls
    assert call.changes == shown
