import pytest

from bot.gateways.chain.ranges import (
    is_history_error,
    is_range_error,
    is_rate_error,
    suggested_span,
)

# Provider, text, blocks it accepts (`None`: the text names none).
WORDINGS = [
    (
        "Alchemy",
        ("Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block "
        "range. Based on your parameters, this block range should work: [0x100, 0x109]."),
        10,
    ),
    (
        "Alchemy, without a range",
        "You can make eth_getLogs requests with up to a 500 block range",
        500,
    ),
    ("Ankr", "block range is too wide", None),
    ("BNB", "exceed maximum block range: 5000", 5000),
    ("Chainstack", "Block range limit exceeded.", None),
    ("Cloudflare", "Max range: 800", 800),
    (
        "Infura, results",
        "query returned more than 10000 results. Try with this block range [0x8B0, 0x903].",
        0x903 - 0x8B0 + 1,
    ),
    ("Infura, range", "range 1000000 exceeds limit of 10000", 10_000),
    ("Llama", "ranges over 10000 blocks are not supported on freetier", 10_000),
    ("1RPC", "eth_getLogs is limited to 0 - 50 blocks range", 50),
    ("1RPC, shorter", "eth_getLogs is limited to 50 blocks range", 50),
    ("QuickNode", "eth_getLogs is limited to a 10,000 range", 10_000),
    ("QuickNode, trial", "eth_getLogs and eth_newFilter are limited to a 5 blocks range", 5),
    ("Base", "block range too large", None),
    ("Moonbeam", "block range is too wide (maximum 1024)", 1024),
    ("Parity's kind", "query exceeds limits, retry with the range 100-349", 250),
    ("Blast", "exceeds max results 20000, retry with the range 500-999", 500),
    ("thirdweb", "Maximum allowed number of requested blocks is 1000, at most 1000", 1000),
    ("dRPC", "ranges over 10k blocks are not supported", 10_000),
    ("Erigon", "query exceeds limits: block range too large, at most 2_000 blocks", 2000),
    ("Results alone", "query returned more than 10000 results", None),
    ("Size", "Log response size exceeded. Requests with up to a 2K block range work", 2000),
]  # fmt: skip

OTHERS = [
    "daily request count exceeded, request rate limited",
    "Too many requests, exceeds the limit of 25 requests per second",
    "Your app has exceeded its compute units per second capacity.",
    "header not found",
    "execution reverted",
    "internal error",
    "",
]


@pytest.mark.parametrize(("provider", "text", "span"), WORDINGS, ids=[w[0] for w in WORDINGS])
def test_a_refusal_of_a_range_is_understood(provider: str, text: str, span: int | None) -> None:
    assert is_range_error(text), provider
    assert suggested_span(text) == span


@pytest.mark.parametrize("text", OTHERS)
def test_other_errors_do_not_shrink_the_range(text: str) -> None:
    assert not is_range_error(text)


def test_a_range_that_ends_before_it_begins_is_no_suggestion() -> None:
    assert suggested_span("Try with this block range [0x20, 0x10].") is None


def test_a_limit_of_nothing_is_no_suggestion() -> None:
    assert suggested_span("limited to 0") is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("getLogs request exceeded max allowed range", None),
        ("Response is too big", None),
        ("query timed out", None),
        ("limit the query to at most 1000 blocks", 1000),
    ],
)
def test_rarer_wordings_of_a_range_are_understood(text: str, span: int | None) -> None:
    assert is_range_error(text)
    assert suggested_span(text) == span


def test_too_many_requests_in_a_batch_are_no_matter_of_time() -> None:
    assert not is_rate_error("too many requests in one batch, the maximum is 100")
    assert is_rate_error("batch rate limit: 10 requests per second")


@pytest.mark.parametrize(
    "text", ["pruned history unavailable", "This request requires an archive node."]
)
def test_a_node_that_has_forgotten_old_logs_is_told_from_a_range_too_wide(text: str) -> None:
    assert is_history_error(text)
    assert not is_range_error(text)


@pytest.mark.parametrize("text", ["header not found", "query timeout exceeded", "rate limit"])
def test_other_errors_are_not_about_old_blocks(text: str) -> None:
    assert not is_history_error(text)
