import pytest

from bot.domain.errors import Refusal
from bot.domain.lifecycle import NOTICED, VOTING, Phase
from bot.domain.override import check_override
from bot.domain.policy import BRAINTRUST, ONCHAIN_ONLY, SINGLE_VOTE
from tests import builders

FACTS_ONLY = NOTICED | VOTING | {Phase.ON_CHAIN, Phase.MERGED}


@pytest.mark.parametrize("phase", sorted(FACTS_ONLY))
def test_what_only_facts_bring_is_refused_with_what_to_do(phase: Phase) -> None:
    with pytest.raises(Refusal, match=r"/proposal|/idea"):
        check_override(builders.proposal(), phase, BRAINTRUST)


@pytest.mark.parametrize("phase", sorted(set(Phase) - FACTS_ONLY - {Phase.IDEA}))
def test_everything_else_can_be_set(phase: Phase) -> None:
    check_override(builders.proposal(), phase, BRAINTRUST)


def test_where_it_stands_already_is_refused() -> None:
    with pytest.raises(Refusal, match="already"):
        check_override(builders.proposal(), Phase.IDEA, BRAINTRUST)


@pytest.mark.parametrize("phase", [Phase.TEMPERATURE_DRAFT, Phase.TEMPERATURE_FAILED])
def test_a_vote_that_a_community_has_not_is_refused(phase: Phase) -> None:
    with pytest.raises(Refusal, match=r"votes\.steps"):
        check_override(builders.proposal(), phase, SINGLE_VOTE)
    with pytest.raises(Refusal, match=r"votes\.steps"):
        check_override(builders.proposal(), Phase.CONSENSUS_DRAFT, ONCHAIN_ONLY)
