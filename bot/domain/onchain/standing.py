"""How a vote on chain stands, by the governor's own rule; what is not known is `None`."""

from decimal import Decimal

from bot.domain.onchain.governor import Governor
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.types import TokenUnits


def sides(proposal: GovernorProposal, governor: Governor) -> dict[str, TokenUnits | None]:
    """Give what was cast so far for each choice that the governor has."""
    told = {"For": proposal.for_votes, "Against": proposal.against_votes}
    return told | ({"Abstain": proposal.abstain_votes} if governor.can_abstain else {})


def counted(proposal: GovernorProposal, governor: Governor) -> TokenUnits | None:
    """Give what counts towards the quorum so far: the sides that the governor's rule names."""
    told = {
        "for": proposal.for_votes,
        "against": proposal.against_votes,
        "abstain": proposal.abstain_votes,
    }
    total = 0
    for side in governor.quorum_rule.split(","):
        votes = told[side]
        if votes is None:
            return None
        total += votes
    return TokenUnits(total)


def cast(proposal: GovernorProposal, governor: Governor) -> TokenUnits | None:
    """Give all that was cast, on whichever side."""
    votes = sides(proposal, governor).values()
    told = [units for units in votes if units is not None]
    return TokenUnits(sum(told)) if len(told) == len(votes) else None


def participation(proposal: GovernorProposal, governor: Governor) -> Decimal | None:
    """Give what part of all tokens took part, from 0 to 1; of a few it is never nothing.

    Where more was cast than there is, the governor does not count that token alone.
    """
    units, supply = cast(proposal, governor), proposal.supply
    if units is None or not supply or units > supply:
        return None
    parts = units * _PARTS // supply
    return Decimal(max(parts, 1) if units else 0).scaleb(-_PLACES)


_PLACES = 6  # digits of a share, rounded down
_PARTS = 10**_PLACES


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
