"""The tags of a forum, and which of them a post wears."""

import pytest

from bot.domain.card import proposal_card
from bot.domain.lifecycle import Phase
from bot.domain.live_card import OnChainSummary
from bot.domain.onchain.governor import GovernorState
from bot.domain.support import SupportCount
from bot.domain.tags import STATUS_TAGS, forum_tags, lacking, post_tags, tagged, topic_of
from bot.domain.types import UnixSeconds
from tests import builders


def on_chain(state: GovernorState) -> OnChainSummary:
    return OnChainSummary(
        governor_name="Governor",
        id="1",
        state=state,
        vote_ends_at=UnixSeconds(1),
        times_are_estimates=False,
        calls=(),
        eta=None,
        expires_at=None,
        executed_transaction=None,
    )


def test_every_phase_has_a_tag_that_discord_takes() -> None:
    assert set(STATUS_TAGS) == set(Phase)
    assert all(1 <= len(name) <= 20 for name in STATUS_TAGS.values())


def test_a_forum_offers_every_status_and_then_the_topics() -> None:
    names = forum_tags(builders.policy(topics=("fees", "a topic with a name that is too long")))
    assert names[:2] == ("gathering", "ready")
    assert names[-2] == "fees"
    assert all(len(name) <= 20 for name in names)
    assert len(set(names)) == len(names)


def test_a_forum_lacks_what_it_has_under_no_case_and_only_as_much_as_fits() -> None:
    assert lacking(["Ready", "fun"], ["ready", "gathering"]) == ["gathering"]
    assert lacking([str(number) for number in range(18)], ["a", "b", "c"]) == ["a", "b"]
    assert lacking([str(number) for number in range(20)], ["a"]) == []


@pytest.mark.parametrize(
    ("state", "tag"),
    [
        (GovernorState.ACTIVE, "on chain"),
        (GovernorState.EXECUTED, "done"),
        (GovernorState.DEFEATED, "ended"),
        (GovernorState.EXPIRED, "ended"),
    ],
)
def test_on_chain_the_governors_word_is_the_status(state: GovernorState, tag: str) -> None:
    proposal = builders.proposal(phase=Phase.ON_CHAIN, topic="fees")
    card = proposal_card(
        builders.community(), proposal, SupportCount(supporters=0), [], on_chain(state)
    )
    assert post_tags(card) == (tag, "fees")


def test_the_old_status_goes_and_what_people_put_there_stays_while_there_is_room() -> None:
    worn = [(1, "Gathering"), (10, "fun"), (11, "help"), (12, "old"), (13, "new")]
    assert tagged(worn, [2, 3]) == [2, 3, 10, 11, 12]
    assert tagged(worn, []) == [1, 10, 11, 12, 13]
    assert tagged([(2, "ready"), (10, "fun")], [2]) == [2, 10]


def test_a_topic_is_known_by_its_tag_in_any_case() -> None:
    policy = builders.policy(topics=("Fees", "a topic with a name that is too long"))
    assert topic_of(["fun", "fees"], policy) == "Fees"
    assert topic_of(forum_tags(policy)[-1:], policy) == policy.topics[1]
    assert topic_of(["fun"], policy) == ""
