"""What the rules say of 131 real proposals, for the numbers that a table of them can know.

The table has the total, the quorum and the share of the leading choice of each proposal, and of no
other choice: a majority, a threshold and a quorum can be judged of it where the system of voting
makes shares of one whole; where scores are no shares, only the quorum.
Source: hub.snapshot.org, proposals of six spaces up to 2026.
"""

import csv
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.offchain.pass_rules import adds_up
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.offchain.vote import leader, outcome, quorum_missing, quorum_reached
from bot.domain.policy import BRAINTRUST, PassRule, Policy, Step
from bot.domain.share import Share, share
from bot.domain.types import SnapshotProposalId, SpaceId, UnixSeconds
from tests.contract.snapshot.conftest import DATA

TABLE = DATA / "real-proposals.csv"
ALL = Decimal(100)
# The table gives shares with one digit: what is so near to a limit cannot be judged.
ROUNDING = Decimal("0.05")
_JUDGED = Counter(
    {"rows": 131, "quorum reached": 30, "quorum not reached": 2, "no quorum": 99, "shares": 128}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A real proposal, as far as the table tells."""

    kind: str
    is_closed: bool
    total: Decimal
    quorum: Decimal
    top: Decimal  # in per cent of the total


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    if not TABLE.exists():
        pytest.skip(f"{TABLE} is not here; set ASSENT_SHARED")
    with TABLE.open(newline="") as file:
        return [
            Row(
                kind=each["type"],
                is_closed=each["state"] == "closed",
                total=Decimal(each["scores_total"]),
                quorum=Decimal(each["quorum"]),
                top=Decimal(each["top_choice_pct"]),
            )
            for each in csv.DictReader(file)
        ]


def seen(row: Row) -> SnapshotProposal:
    """Make the proposal of what is known: the leading choice, and all others as one."""
    top = row.total * row.top / ALL
    return SnapshotProposal(
        id=SnapshotProposalId("0x01"),
        space=SpaceId("real.eth"),
        author="",
        type=row.kind,
        title="",
        body="",
        discussion="",
        choices=("The leader", "The rest"),
        created=UnixSeconds(1),
        start=UnixSeconds(1),
        end=UnixSeconds(2),
        snapshot_block=None,
        state=SnapshotState.CLOSED if row.is_closed else SnapshotState.ACTIVE,
        scores=(top, row.total - top),
        scores_total=row.total,
        scores_final=row.is_closed,
        votes=1,
        quorum=row.quorum,
        flagged=False,
        privacy="",
        link="",
    )


def by(rule: PassRule, **changes: Any) -> Policy:
    return replace(BRAINTRUST, consensus=replace(BRAINTRUST.consensus, pass_rule=rule, **changes))


def passed(row: Row, policy: Policy) -> bool:
    judged = outcome(seen(row), policy, Step.CONSENSUS)
    assert judged is not None
    assert judged.is_final == row.is_closed
    return judged.passed


def test_the_quorum_of_every_real_proposal_is_judged_as_its_numbers_say(rows: list[Row]) -> None:
    judged: Counter[str] = Counter(rows=len(rows))
    for row in rows:
        reached = quorum_reached(seen(row), BRAINTRUST, None)
        missing = quorum_missing(seen(row), BRAINTRUST, None)
        assert reached == (None if not row.quorum else row.total >= row.quorum)
        assert missing == (row.quorum - row.total if reached is False else None)
        words = {True: "quorum reached", False: "quorum not reached", None: "no quorum"}
        judged[words[reached]] += 1
        judged["shares"] += adds_up(row.kind)
        if reached is False:
            assert not passed(row, by(PassRule.MOST_VOTES))
    print(f"\nof real proposals: {dict(judged)}")  # noqa: T201 - read with -s
    assert judged == _JUDGED


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        (PassRule.MAJORITY, share(1, 2)),
        (PassRule.MORE_THAN, share(2, 3)),
        (PassRule.AT_LEAST, share(3, 5)),
        (PassRule.AT_LEAST, share(4, 5)),
    ],
    ids=lambda each: each.text if isinstance(each, Share) else each.value,
)
def test_the_leader_of_every_real_proposal_passes_by_its_share(
    rows: list[Row], rule: PassRule, needed: Share
) -> None:
    policy = by(rule, threshold=needed, quorum=Decimal(0))
    limit = needed.of(ALL)
    judged = [row for row in rows if adds_up(row.kind) and abs(row.top - limit) > ROUNDING]
    assert {passed(row, policy) for row in judged} == {True, False} or needed == share(1, 2)
    for row in judged:
        # The rest is many choices where it has more than the leader; there it has no share.
        assert passed(row, policy) == (row.top > limit)
    print(f"\n{rule} {needed.text}: {len(judged)} of {len(rows)} can be judged")  # noqa: T201 - read with -s
    assert len(judged) >= 120


def test_a_real_leader_with_more_than_half_has_the_most_votes(rows: list[Row]) -> None:
    leaders = [row for row in rows if adds_up(row.kind) and row.top > 50 + ROUNDING]
    for row in leaders:
        assert leader(seen(row)) == "The leader"
        assert passed(row, by(PassRule.MOST_VOTES, quorum=Decimal(0)))
    print(f"\nmost votes: {len(leaders)} of {len(rows)} can be judged")  # noqa: T201 - read with -s
