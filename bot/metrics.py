"""What an operator's monitoring reads: numbers in Prometheus' text format, over HTTP."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import structlog
from aiohttp import web

from bot.clock import Clock
from bot.scheduler import Turn
from bot.services.governance import ChainFigures

log = structlog.get_logger()

# Source: https://prometheus.io/docs/instrumenting/exposition_formats/
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})

Labels: TypeAlias = Mapping[str, object]
Sample: TypeAlias = tuple[Labels, float]
# Name, kind, what it is, and the values.
Metric: TypeAlias = tuple[str, str, str, Sequence[Sample]]


class MetricsError(Exception):
    """The numbers cannot be served where they should."""


def text(metrics: Iterable[Metric]) -> str:
    """Write metrics as Prometheus reads them; one without values is left out."""
    lines: list[str] = []
    for name, kind, what, samples in metrics:
        if samples:
            lines += [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]
            lines += [f"{name}{_labels(labels)} {value}" for labels, value in samples]
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Labels) -> str:
    pairs = [f'{name}="{str(value).translate(_ESCAPED)}"' for name, value in labels.items()]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def of_chains(chains: Sequence[ChainFigures]) -> Iterator[Metric]:
    """Give how the reading of chains goes."""
    each = [
        ({"chain": chain.chain_id, "endpoint": endpoint.number}, endpoint)
        for chain in chains
        for endpoint in chain.endpoints
    ]
    ages = [({"chain": one.chain_id}, one.age) for one in chains if one.age is not None]
    yield "assent_chain_look_age_seconds", "gauge", "Seconds since the last complete look.", ages
    yield (
        "assent_chain_http_requests_total",
        "counter",
        "HTTP requests.",
        [(labels, one.http_requests) for labels, one in each],
    )
    yield (
        "assent_chain_rpc_calls_total",
        "counter",
        "JSON-RPC calls.",
        [
            ({**labels, "method": method}, count)
            for labels, one in each
            for method, count in sorted(one.calls.items())
        ],
    )
    yield (
        "assent_chain_failures_total",
        "counter",
        "Failures and refusals.",
        [(labels, one.failures) for labels, one in each],
    )
    yield (
        "assent_chain_log_span_blocks",
        "gauge",
        "Blocks that are searched for logs at once.",
        [(labels, one.span) for labels, one in each],
    )
    yield (
        "assent_chain_batch_size",
        "gauge",
        "JSON-RPC calls in one HTTP request, at most.",
        [(labels, one.batch_size) for labels, one in each],
    )
    yield (
        "assent_chain_pause_seconds",
        "gauge",
        "Seconds for which an endpoint is still left alone.",
        [(labels, one.pause_seconds) for labels, one in each],
    )


def of_jobs(turns: Mapping[str, Turn], now: float) -> Iterator[Metric]:
    """Give how the jobs go that are done again and again."""
    jobs = [({"job": name}, turn) for name, turn in sorted(turns.items())]
    yield (
        "assent_job_age_seconds",
        "gauge",
        "Seconds since a job ran.",
        [(labels, max(0, now - turn.at)) for labels, turn in jobs],
    )
    yield (
        "assent_job_duration_seconds",
        "gauge",
        "How long it took the last time.",
        [(labels, turn.took_seconds) for labels, turn in jobs],
    )
    yield (
        "assent_job_failures",
        "gauge",
        "Failures in a row, up to now.",
        [(labels, turn.failures) for labels, turn in jobs],
    )


@asynccontextmanager
async def serving(
    host: str,
    port: int,
    now: Clock,
    chains: Callable[[], Sequence[ChainFigures]],
    turns: Callable[[], Mapping[str, Turn]],
) -> AsyncIterator[None]:
    """Serve the numbers under `/metrics` until the end of the block.

    Raises:
        MetricsError: It cannot listen there.
    """

    async def answer(_request: web.Request) -> web.Response:
        metrics = (*of_chains(chains()), *of_jobs(turns(), now()))
        return web.Response(body=text(metrics), headers={"Content-Type": _CONTENT_TYPE})

    application = web.Application()
    application.router.add_get("/metrics", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await _listen(runner, host, port)
        log.info("metrics open", host=host, port=port)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise MetricsError(
            f"the metrics cannot listen on METRICS_HOST {host}, METRICS_PORT {port}: "
            f"{error.strerror}."
        ) from error
