"""How often the hub is asked does not grow with what is followed."""

import pytest

from bench import hub_requests


@pytest.mark.slow
async def test_a_thousand_votes_in_three_hundred_spaces_cost_fifteen_requests_at_most() -> None:
    figures = await hub_requests.measure()
    assert [figure.name for figure in figures] == [
        "hub_requests_per_tick_1000",
        "hub_requests_per_tick_1000_all_changed",
    ]
    assert all(figure.value <= 15 for figure in figures)
