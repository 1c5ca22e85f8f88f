"""What a row of the list of votes says of a quorum."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.live_card import TallyCard
from bot.domain.share import share
from cogs.cards.ballots.list_page import _turnout


def test_a_row_says_what_a_quorum_lacks(tally: TallyCard) -> None:
    lacking = replace(tally, quorum_counted=Decimal(40_000))
    assert _turnout(tally) == ["143 votes", "✔ quorum reached"]
    assert _turnout(lacking) == ["143 votes", "◔ quorum: 60K BTRST missing"]
    assert _turnout(replace(tally, quorum_counted=None))[1] == "❔ quorum: not known yet"
    assert _turnout(replace(tally, quorum=None)) == ["143 votes"]


def test_a_row_tells_a_quorum_that_rejects_the_other_way_round(tally: TallyCard) -> None:
    rejection = replace(tally, is_rejection=True, quorum_counted=Decimal(40_000))
    assert _turnout(rejection)[1] == "◔ fails with 60K BTRST more against it"
    enough = replace(rejection, quorum_counted=Decimal(100_000))
    assert _turnout(enough)[1] == "✖ enough against it to fail"


def test_a_row_says_that_a_supply_is_not_known(tally: TallyCard) -> None:
    unknown = replace(tally, quorum=None, quorum_share=share(1, 25))
    assert _turnout(unknown)[1] == "❔ quorum: 4 % of a supply that is not known yet"
