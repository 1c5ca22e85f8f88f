"""Whatever goes wrong on a vote's way: one proposal or none, and words that people understand."""

import asyncio
import sys
from pathlib import Path

import pytest

from bot.domain.offchain.vote import VoteStatus
from bot.gateways.snapshot.refusals import meaning
from tests.fault_matrix import UNKNOWN_WORDS, Result, Step, cases, prepared, result, table


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return asyncio.run(prepared(tmp_path_factory.mktemp("matrix")))


def check(found: Result) -> None:
    name = f"{found.case.step}, {found.case.fault.name}"
    if found.status is VoteStatus.REFUSED:
        assert found.proposals == 0, name
        assert found.refused is not None, name
        assert found.refused.text, name
        assert found.refused.meaning, name
    else:
        assert found.status is VoteStatus.POSTED, name
        assert found.proposals == 1, name
        assert found.refused is None, name
    assert found.after_anew == 1, f"{name}: published anew it is one proposal"
    text = found.case.fault.refusal
    assert not text or text == UNKNOWN_WORDS or meaning(text) != text, f"{name}: in plain words"


@pytest.mark.slow
@pytest.mark.parametrize("step", list(Step))
async def test_every_fault_ends_with_one_proposal_or_none(step: Step, template: Path) -> None:
    results = [await result(template, case) for case in cases(step)]
    sys.stdout.write(f"\n{table(results)}\n")  # seen with -s
    for found in results:
        check(found)
