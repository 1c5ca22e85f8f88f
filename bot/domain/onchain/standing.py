"""How a vote on chain stands, by the governor's own rule; what is not known is `None`."""

from bot.domain.onchain.governor import Governor, QuorumRule
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import TokenUnits


def counted(proposal: GovernorProposal, governor: Governor) -> TokenUnits | None:
    """Give what counts towards the quorum so far."""
    if governor.quorum_rule is QuorumRule.FOR or proposal.for_votes is None:
        return proposal.for_votes
    if proposal.abstain_votes is None:
        return None
    both = TokenUnits(proposal.for_votes + proposal.abstain_votes)
    if governor.quorum_rule is QuorumRule.FOR_AND_ABSTAIN:
        return both
    return None if proposal.against_votes is None else TokenUnits(both + proposal.against_votes)


def quorum_missing(proposal: GovernorProposal, governor: Governor) -> TokenUnits | None:
    """Give what the quorum lacks; zero if it is reached."""
    so_far = counted(proposal, governor)
    if so_far is None or proposal.quorum is None:
        return None
    return TokenUnits(max(proposal.quorum - so_far, 0))


def for_missing(proposal: GovernorProposal) -> TokenUnits | None:
    """Give how many votes more For would have the majority; a tie has none. Zero: it has it."""
    if proposal.for_votes is None or proposal.against_votes is None:
        return None
    return TokenUnits(max(proposal.against_votes - proposal.for_votes + 1, 0))


def missing(proposal: GovernorProposal, governor: Governor) -> TokenUnits | None:
    """Give how many votes more For would let it pass as it stands; zero: it passes."""
    quorum, majority = quorum_missing(proposal, governor), for_missing(proposal)
    if quorum is None or majority is None:
        return None
    return TokenUnits(max(quorum, majority))


def passes(proposal: GovernorProposal, governor: Governor) -> bool | None:
    """Say whether the votes so far are enough; `None` while they or the quorum are not known."""
    lacking = missing(proposal, governor)
    return None if lacking is None else lacking == 0
