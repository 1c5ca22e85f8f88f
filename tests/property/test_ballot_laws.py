"""The laws of what is told of votes: whoever wrote the words, Discord takes it, and safely."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.offchain.ballot import Ballot, VotingPower, is_hidden
from bot.domain.offchain.followed import FollowedVote
from bot.domain.offchain.history import MOST_POINTS, VoteHistory, history, superfluous
from bot.domain.offchain.lookup import Look, Mine, OpenVotes, Powers, Voters
from bot.domain.offchain.report import report
from bot.domain.offchain.sighting import VoteSighting
from bot.domain.offchain.snapshot import ScorePoint, SnapshotProposal
from bot.domain.text import utf16_units
from bot.domain.types import SnapshotProposalId, UnixSeconds
from cogs.cards.ballots.list_page import vote_list
from cogs.cards.ballots.mine_page import mine_page, power_page
from cogs.cards.ballots.picture import ALTERNATIVE_LIMIT, alternative, chart_of
from cogs.cards.ballots.tally_page import tally_page
from cogs.cards.ballots.voters_page import voters_page
from tests import builders
from tests.property.test_card_laws import (
    _ESCAPE,
    _THEIRS,
    LAWS,
    check_limits,
    texts,
    values_of,
)

_LINK = re.compile(r"\[[^\]\n]*\]\(https?://[^\s()]*\)")


_MOST = Decimal(10) ** 60


def _as_hubs_write(seen: SnapshotProposal) -> SnapshotProposal:
    """Give it an id as Snapshot's are, and numbers as JSON's can be."""
    scores = tuple(min(abs(each), _MOST) for each in seen.scores)
    total, quorum = min(abs(seen.scores_total), _MOST), min(abs(seen.quorum), _MOST)
    snapshot_id = SnapshotProposalId("0x" + "ab" * 32)
    return replace(seen, id=snapshot_id, scores=scores, scores_total=total, quorum=quorum)


SIGHTINGS = st.builds(
    VoteSighting,
    community=st.just(builders.community()),
    followed=values_of(FollowedVote),
    seen=values_of(SnapshotProposal).map(_as_hubs_write),
    now=st.integers(0, 2**40).map(UnixSeconds),
    proposal=st.none() | st.just(builders.proposal()),
)
BALLOTS = st.lists(values_of(Ballot), max_size=10).map(tuple)


def check(embed: discord.Embed, view: discord.ui.View | None = None) -> None:
    check_limits(embed)
    for text in texts(embed):
        text.encode()  # no lone surrogate
        assert _THEIRS.findall(_LINK.sub("", _ESCAPE.sub("\ufffc", text))) == []
    for row in view.to_components() if view else []:
        assert all(len(button.get("custom_id", "")) <= 100 for button in row["components"])


@LAWS
@given(SIGHTINGS, BALLOTS, st.integers(0, 499))
def test_every_page_is_safe_and_keeps_discords_limits(
    sighting: VoteSighting, ballots: tuple[Ballot, ...], page: int
) -> None:
    check(*tally_page(Look(sighting=sighting, as_of=UnixSeconds(5))))
    check(*vote_list(OpenVotes(rows=(sighting,) * 10, count=99, page=2)))
    check(*voters_page(Voters(sighting=sighting, ballots=ballots, page=page)))
    check(mine_page(Mine(missing=(sighting,) * 20, cast=((sighting, ballots),) * 20)))


@LAWS
@given(SIGHTINGS, st.lists(values_of(VotingPower), min_size=1, max_size=12))
def test_power_is_told_safely(sighting: VoteSighting, powers: list[VotingPower]) -> None:
    check(power_page(Powers(sighting=sighting, powers=tuple(powers))))


@LAWS
@given(SIGHTINGS, st.lists(values_of(ScorePoint), max_size=6))
def test_a_picture_has_words_whatever_was_seen(
    sighting: VoteSighting, points: list[ScorePoint]
) -> None:
    made: VoteHistory = history(sighting, points)
    if made.is_drawable and made.points:
        words = alternative(made)
        assert 0 < utf16_units(words) <= ALTERNATIVE_LIMIT
        assert "\n" not in words
        assert chart_of(made).series


@LAWS
@given(values_of(SnapshotProposal), BALLOTS, st.integers(0, 5_000))
def test_a_report_is_a_table_that_no_spreadsheet_computes(
    seen: SnapshotProposal, ballots: tuple[Ballot, ...], most_bytes: int
) -> None:
    text, count = report(seen, ballots, most_bytes)
    header, *rows = list(csv.reader(io.StringIO(text, newline="")))
    assert count == len(rows) <= len(ballots)
    for row, ballot in zip(rows, ballots, strict=False):
        assert len(row) == len(header)
        assert not row[-1].lstrip(" ").startswith(("=", "+", "-", "@"))
        assert row[header.index("timestamp")] == str(ballot.created)
        if is_hidden(seen):
            assert not any(row[1 : header.index("voting_power")])


@given(st.lists(st.integers(0, 2**40), unique=True, max_size=1_500).map(sorted))
def test_thinning_keeps_both_ends_and_few_between(moments: list[int]) -> None:
    given_ = [UnixSeconds(at) for at in moments]
    gone = superfluous(given_)
    kept = [at for at in given_ if at not in gone]
    assert len(kept) <= MOST_POINTS
    if len(given_) <= MOST_POINTS:
        assert kept == given_
    else:
        assert (kept[0], kept[-1]) == (given_[0], given_[-1])
        assert set(gone) <= set(given_)
