"""What comes over HTTP, as the answers of a batch."""

import json
from typing import Any

import pytest

from bot.gateways.chain.errors import ChainError
from bot.gateways.chain.json_rpc import Answer, answers, result


def said(*each: dict[str, Any]) -> bytes:
    return json.dumps([{"jsonrpc": "2.0", **one} for one in each]).encode()


def test_answers_in_any_order_are_put_in_that_of_the_requests() -> None:
    found = answers(said({"id": 1, "result": "0x1"}, {"id": 0, "result": "0x0"}), 2)
    assert isinstance(found, list)
    assert [result(answer) for answer in found] == ["0x0", "0x1"]


@pytest.mark.parametrize("ids", [(0, 0), (1, 2), ("0", "1")])
def test_answers_to_other_requests_are_no_answers(ids: tuple[Any, ...]) -> None:
    with pytest.raises(ChainError, match="not those"):
        answers(said(*({"id": each, "result": "0x0"} for each in ids)), 2)


@pytest.mark.parametrize("times", [1, 2])
def test_an_error_that_belongs_to_no_request_is_about_the_whole_batch(times: int) -> None:
    error = {"id": None, "error": {"code": -32600, "message": "batch too large"}}
    found = answers(said(*[error] * times), 2)
    assert isinstance(found, Answer)
    with pytest.raises(ChainError, match="batch too large"):
        result(found)
