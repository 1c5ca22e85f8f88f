"""How the reading of chains goes, in numbers for the operator; no address, which may hold a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.types import ChainId
from bot.gateways.chain.client import ChainClient
from bot.services.governance.alarms import Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFigures:
    """One endpoint, by its place in RPC_URLS from 1; counts are since the start."""

    number: int
    http_requests: int
    calls: Mapping[str, int]  # JSON-RPC calls by method
    failures: int
    span: int  # blocks that it finds logs in at once
    batch_size: int  # JSON-RPC calls in one HTTP request, at most
    pause_seconds: float  # for which it is still left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFigures:
    """One chain; `age` is the seconds since the last complete look, `None` before the first."""

    chain_id: ChainId
    age: int | None
    endpoints: Sequence[EndpointFigures]


def figures(chains: Mapping[ChainId, ChainClient], freshness: Freshness) -> Sequence[ChainFigures]:
    """Give how each chain's reading goes."""
    return [
        ChainFigures(chain_id=chain_id, age=freshness.age(chain_id), endpoints=_endpoints(client))
        for chain_id, client in chains.items()
    ]


def _endpoints(client: ChainClient) -> Sequence[EndpointFigures]:
    return [
        EndpointFigures(
            number=number,
            http_requests=endpoint.request_count,
            calls=dict(endpoint.calls),
            failures=endpoint.failure_count,
            span=endpoint.span,
            batch_size=endpoint.batch_size,
            pause_seconds=endpoint.pause_seconds,
        )
        for number, endpoint in enumerate(client.endpoints, 1)
    ]
