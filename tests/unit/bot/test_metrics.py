"""What a monitoring reads: every number with its labels, and no address."""

from bot.domain.types import ChainId, UnixSeconds
from bot.metrics import of_chains, of_jobs, text
from bot.scheduler import Turn
from bot.services.governance import ChainFigures, EndpointFigures


def chains() -> list[ChainFigures]:
    endpoint = EndpointFigures(
        number=1,
        http_requests=7,
        calls={"eth_getLogs": 3, "eth_call": 40},
        failures=2,
        span=2_000,
        batch_size=100,
        pause_seconds=1.5,
    )
    read = ChainFigures(chain_id=ChainId(1), age=12, endpoints=[endpoint])
    return [read, ChainFigures(chain_id=ChainId(10), age=None, endpoints=[])]


def turns() -> dict[str, Turn]:
    return {'a "job"': Turn(at=UnixSeconds(90), took_seconds=0.25, failures=1)}


def test_calls_are_told_by_chain_endpoint_and_method() -> None:
    lines = text(of_chains(chains())).splitlines()
    assert 'assent_chain_rpc_calls_total{chain="1",endpoint="1",method="eth_call"} 40' in lines
    assert 'assent_chain_http_requests_total{chain="1",endpoint="1"} 7' in lines
    assert 'assent_chain_failures_total{chain="1",endpoint="1"} 2' in lines
    assert [line for line in lines if "age" in line and "#" not in line] == [
        'assent_chain_look_age_seconds{chain="1"} 12'
    ], "There was no look at the other chain yet."


def test_a_name_cannot_break_the_format() -> None:
    lines = text(of_jobs(turns(), 100)).splitlines()
    assert 'assent_job_age_seconds{job="a \\"job\\""} 10' in lines
