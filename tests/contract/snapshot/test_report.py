"""Our file of votes against what Snapshot's own report makes of the same real votes."""

import json
from decimal import Decimal
from typing import Any

import pytest

from bot.domain.offchain.ballot import Ballot
from bot.domain.offchain.report import report
from bot.domain.offchain.snapshot import SnapshotProposal, SnapshotState
from bot.domain.types import SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot.ballots import ballot
from tests.contract.snapshot.conftest import DATA

# The cells of the first row, where that vote is kept, and the length of the report if known.
OFFICIAL = {
    "0x1e5fdb5c87867a94c1c7f27025d62851ea47f6072f2296ca53a48fce1b87cdef": (
        ("0x9c1b73E80D992389078a8ABc8B6039665C4846e7", "1", "20.992980242869496", "1681954050"),
        "bafkreicfll75wtsmsvjk2oksmvfrwxtdduf72hfygcouwnkjitrzkx34ci",
        None,
    ),
    "0xe5e335af87dc10206e9f0de469f64901407837d659db6703cb3ea1437056a577": (
        (
            *("0x87Fb356a5c2Ad47B2D3b0B363eA0f5d28d2c050a", "1", "2", *[""] * 9),
            *("3696835.554795027", "1688567905"),
        ),
        "bafkreiar5spny4ccseciq5bqlohjxyy6shfw6u3jgvopxo7hgdf4d5ch3e",
        36_051,
    ),
    "0x07387077920ce65b805bd0ba913a02ecfe63d22cac3dbaed3d97c23afd053fe2": (
        (
            *("0xBeef3d45e9121123Abfc7D4660d9dD88D129A3F7", "1", "", ""),
            *("0.9928112853077463", "1697559111"),
        ),
        "bafkreigjqn6khhzn5d7lyqyb7pupgulrfugashbeo5q5mjohkmur6jbvlm",
        76_263,
    ),
}
WEIGHTED = "0x79ae5f9eb3c710179cfbf706fa451459ddd18d4b0bce37c22aae601128efe927"


def _load(kind: str, proposal_id: str) -> Any:
    path = DATA / "hub-votes" / f"hub-{kind}-{proposal_id}.json"
    if not path.exists():
        pytest.skip(f"{path} is not here; set ASSENT_SHARED")
    return json.loads(path.read_text(), parse_float=Decimal)


def proposal(proposal_id: str) -> SnapshotProposal:
    row = _load("proposal", proposal_id)
    return SnapshotProposal(
        id=SnapshotProposalId(proposal_id),
        space=SpaceId("a.eth"),
        author="",
        type=row["type"],
        title="",
        body="",
        discussion="",
        choices=tuple(row["choices"]),
        created=UnixSeconds(0),
        start=UnixSeconds(0),
        end=UnixSeconds(1),
        snapshot_block=None,
        state=SnapshotState(row["state"]),
        scores=(),
        scores_total=Decimal(0),
        scores_final=True,
        votes=row["votes"],
        quorum=Decimal(0),
        flagged=False,
        privacy="",
        link="",
    )


def ballots(proposal_id: str) -> list[Ballot]:
    rows = _load("votes", proposal_id)
    return [ballot({"id": row["ipfs"], "proposal": None, **row}) for row in rows]


@pytest.mark.parametrize("proposal_id", [*OFFICIAL, WEIGHTED])
def test_every_real_vote_becomes_a_row_under_the_official_columns(proposal_id: str) -> None:
    seen, cast = proposal(proposal_id), ballots(proposal_id)
    text, count = report(seen, cast, 10**9)
    header, *rows = text.split("\n")
    assert count == len(rows) == len(cast)
    choices = [f"choice.{number + 1}" for number in range(len(seen.choices))]
    chosen = ["choice"] if seen.type == "single-choice" else choices
    assert header.split(",") == [
        "address",
        *chosen,
        "voting_power",
        "timestamp",
        "author_ipfs_hash",
        "reason",
    ]


@pytest.mark.parametrize("proposal_id", OFFICIAL)
def test_the_file_is_the_official_one_to_the_letter(proposal_id: str) -> None:
    cells, ipfs, length = OFFICIAL[proposal_id]
    text, _ = report(proposal(proposal_id), ballots(proposal_id), 10**9)
    assert text.split("\n")[1] == ",".join([*cells, ipfs, '""'])
    if length is not None:
        assert len(text) == length


def test_weights_stand_under_their_own_choice() -> None:
    text, _ = report(proposal(WEIGHTED), ballots(WEIGHTED), 10**9)
    first = text.split("\n")[1].split(",")
    assert first[22] == "3"  # The address, and the choices from 1.
    assert [cell for cell in first[1:41] if cell] == ["3"]
    assert first[41:43] == ["2045.601142949226", "1671156046"]
