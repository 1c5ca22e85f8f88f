"""What is said once of a vote on Snapshot, made from the facts."""

from bot.domain.offchain.announcement import VoteClosingSoon, VoteOpened, VotePosted
from bot.domain.offchain.sighting import VoteSighting, named
from bot.domain.offchain.vote import is_open
from bot.domain.types import Seconds

MomentNews = VotePosted | VoteOpened | VoteClosingSoon


def vote_news(sighting: VoteSighting) -> dict[MomentNews, bool]:
    """Give everything the facts imply, each with whether it is still news.

    What is no news any more (it closes soon, but it is over) is recorded and not said.
    """
    seen = sighting.seen
    implied: dict[MomentNews, bool] = {
        VoteOpened(
            **named(sighting),
            voting_type=seen.type,
            is_hidden=bool(seen.privacy),
            choices=seen.choices,
            start=seen.start,
            end=seen.end,
            link=seen.link,
        ): True
    }
    lead = min(sighting.community.policy.closing_soon_lead, Seconds((seen.end - seen.start) // 2))
    if sighting.now >= seen.end - lead:
        soon = VoteClosingSoon(**named(sighting), end=seen.end, link=seen.link)
        implied[soon] = is_open(seen)
    return implied
