from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.domain.offchain.snapshot import VotingType
from bot.domain.policy import BRAINTRUST, DAY, HOUR, PassRule, Policy, Step
from bot.domain.policy.conflicts import conflicts
from bot.domain.policy.file import policy_file, read_policy_file
from bot.domain.policy.values import changed, named, problems
from bot.domain.share import share


def step(name: str, **changes: Any) -> Policy:
    return replace(BRAINTRUST, **{name: replace(getattr(BRAINTRUST, name), **changes)})


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("support.threshold", "25", 25),
        ("ideas.minimum_discussion", "2 days", 2 * DAY),
        ("ideas.minimum_discussion", "36 h", 36 * HOUR),
        ("ideas.minimum_discussion", "1 day and 12 hours", 36 * HOUR),
        ("ideas.cooldown", "none", 0),
        ("ideas.open", "No", False),
        ("ideas.topics", "fees, Data protection", ("fees", "Data protection")),
        ("ideas.topics", "none", ()),
        ("support.opposition_emoji", "👎", "👎"),
        ("support.emoji", "<a:wave:123456789012345678>", "<a:wave:123456789012345678>"),
        ("support.roles", "<@&77>, 78", (77, 78)),
        ("temperature.title_prefix", '"[Poll] "', "[Poll] "),
        ("temperature.title_prefix", "none", ""),
        ("temperature.voting_type", "Single-Choice", VotingType.SINGLE_CHOICE),
        ("votes.steps", "consensus", (Step.CONSENSUS,)),
        ("votes.steps", "temperature,consensus", (Step.TEMPERATURE, Step.CONSENSUS)),
        ("consensus.quorum", "space", None),
        ("consensus.quorum", "2.5", Decimal("2.5")),
        ("consensus.quorum", "4 % of supply", share(1, 25)),
        ("consensus.quorum", "1/3 of supply", share(1, 3)),
        ("consensus.threshold", "66.7 %", share(667, 1_000)),
        ("consensus.threshold", "60", share(3, 5)),
        ("consensus.threshold", "2 / 3", share(2, 3)),
        ("consensus.threshold", "none", None),
        ("consensus.abstain_counts", "no", False),
        ("consensus.choices", '"Yes, now", Make no change', ("Yes, now", "Make no change")),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
        ("drafts.approvers", "2", 2),
    ],
)
def test_what_people_type_becomes_a_value(name: str, text: str, value: object) -> None:
    assert named(name).of(changed(BRAINTRUST, name, text)) == value


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("support.threshold", "0", "a whole number from 1"),
        ("support.threshold", "ten", "a whole number from 1"),
        ("support.emoji", "yes", "one emoji"),
        ("support.emoji", "👍👎", "one emoji"),
        ("support.emoji", "<@123456789012345678>", "one emoji"),
        ("support.opposition_emoji", "👍", "has to differ"),
        ("temperature.voting_period", "5 minutes", "from 1 h to 180 days"),
        ("temperature.voting_period", "181 days", "from 1 h to 180 days"),
        ("temperature.voting_period", "some days", "a time such as"),
        ("temperature.notice", "31", "from 0 to 30"),
        ("temperature.choices", "Yes, No, Maybe", "exactly two"),
        ("temperature.voting_type", "basic", "For, Against, Abstain"),
        ("temperature.quorum", "-1", "a number such as"),
        ("temperature.quorum", "4 %", "a share such as"),
        ("temperature.quorum", "0 % of supply", "a share such as"),
        ("temperature.threshold", "101 %", "up to 100 %"),
        ("temperature.threshold", "0", "up to 100 %"),
        ("temperature.threshold", "3/2", "up to 100 %"),
        ("temperature.threshold", "1/0", "up to 100 %"),
        ("temperature.pass_rule", "at least", "needs temperature.threshold: set it first"),
        ("temperature.voting_type", "copeland", "has to be “most votes” with “copeland”"),
        ("consensus.choices", "For, Against", "no_change_choice"),
        ("consensus.choices", "Make no change", "2 to 20"),
        ("consensus.title_prefix", "x" * 57, "56 characters"),
        ("votes.no_change_choice", "Nothing", "consensus.choices"),
        ("votes.steps", "temperature", "one of: none"),
        ("drafts.approvers", "3", "from 0 to 2"),
        ("drafts.sections", "Summary, The Question", "writes a section of that name itself"),
        ("ideas.topics", "fees, Fees", "only once"),
        ("ideas.topics", "x" * 21, "20 characters"),
        ("ideas.topics", ",".join(map(str, range(13))), "these are 13"),
        ("ideas.topics", '"fees', "not closed"),
        ("time_zone", "Mars/Olympus", "Europe/Berlin"),
        ("time_zone", "../../etc/passwd", "Europe/Berlin"),
        ("reference_prefix", "btrst-", "capital letters"),
        ("no.such", "1", "has no value"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(name: str, text: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        changed(BRAINTRUST, name, text)


@pytest.mark.parametrize(
    "policy",
    [
        step("temperature", choices=("Yes", "No", "Later")),
        step("consensus", choices=("For", "Against")),
        step("consensus", choices=("Make no change", "make NO change", "Go")),
        step("consensus", quorum=Decimal(-1)),
        step("consensus", quorum=Decimal("NaN")),
        step("consensus", title_prefix="x" * 57),
        step("consensus", voting_type=VotingType.BASIC),
        step("consensus", pass_rule=PassRule.MORE_THAN),
        step("temperature", voting_type=VotingType.RANKED_CHOICE),
        replace(BRAINTRUST, opposition_emoji="👍"),
        replace(BRAINTRUST, steps=(Step.TEMPERATURE,)),
        replace(BRAINTRUST, steps=(Step.CONSENSUS, Step.TEMPERATURE)),
        replace(BRAINTRUST, time_zone="Nowhere"),
        replace(BRAINTRUST, sections=("Discussion",)),
    ],
)
def test_each_conflict_is_found(policy: Policy) -> None:
    assert len(conflicts(policy)) == 1


def test_a_step_with_a_threshold_is_made_in_two_changes() -> None:
    policy = changed(BRAINTRUST, "temperature.threshold", "2/3")
    policy = changed(policy, "temperature.pass_rule", "more than")
    assert policy.temperature.threshold == share(2, 3)


def test_basic_voting_may_go_without_an_abstention() -> None:
    policy = changed(BRAINTRUST, "temperature.choices", "For, Against")
    assert changed(policy, "temperature.voting_type", "basic") != policy


def test_a_value_out_of_bounds_is_a_problem() -> None:
    assert "from 0 to 2" in problems(replace(BRAINTRUST, approvers=3))[0]


def test_a_conflict_that_was_there_does_not_keep_another_value_from_being_mended() -> None:
    broken = replace(BRAINTRUST, opposition_emoji="👍", approvers=9)
    assert changed(broken, "drafts.approvers", "1").approvers == 1


def test_a_file_explains_every_value() -> None:
    text = policy_file(BRAINTRUST)
    assert (
        "# How many members have to support an idea until it is ready.\nsupport.threshold = 10"
        in text
    )
    assert 'temperature.title_prefix = "[Temperature Check] - "' in text


def test_a_file_may_name_only_what_it_changes() -> None:
    after = read_policy_file("[support]\nthreshold = 25", BRAINTRUST)
    assert after == replace(BRAINTRUST, support_threshold=25)


def test_everything_that_is_wrong_in_a_file_is_said_at_once() -> None:
    text = (
        'support.thresold = 5\nsupport.threshold = "5"\nideas.open = "yes"\nideas.topics = "fees"\n'
        'time_zone = 5\ntemperature.choices = ["Yes", "No", "Maybe"]\nconsensus.quorum = 1.5\n'
        "chain.confirmations = 99999999999999999999999999\n"
    )
    with pytest.raises(Refusal) as refused:
        read_policy_file(text, BRAINTRUST)
    said = str(refused.value).replace("\\", "")
    assert len(said.splitlines()) == 9
    for words in (
        "do you mean support.threshold",
        "support.threshold has to be a whole number",
        "ideas.open has to be true or false",
        "ideas.topics has to be a list",
        "time_zone has to be a text",
        "exactly two",
        "consensus.quorum has to be",
        "chain.confirmations has to be",
    ):
        assert words in said


@pytest.mark.parametrize(
    "text", ["]", "a = " + "[" * 5_000, ".".join("a" * 3_000) + " = 1", "a = " + "9" * 5_000]
)
def test_a_hostile_file_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="Nothing was changed"):
        read_policy_file(text, BRAINTRUST)
