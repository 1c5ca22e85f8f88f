import asyncio

import pytest
from structlog.testing import capture_logs

from bot.domain.types import UnixSeconds
from bot.scheduler import Job, Scheduler

NEVER_AGAIN = 1e6  # seconds until the second turn; the first comes at once


class Counted:
    """A job that can be waited for and told to fail."""

    def __init__(self, *failures: Exception | None) -> None:
        self._failures = list(failures)
        self.runs = 0
        self.running_at_once = 0
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.ran = asyncio.Semaphore(0)

    async def __call__(self) -> None:
        self.running_at_once += 1
        self.most_at_once = max(self.most_at_once, self.running_at_once)
        self.ran.release()
        await self.gate.wait()
        self.running_at_once -= 1
        self.runs += 1
        if self._failures and (failure := self._failures.pop(0)):
            raise failure

    async def has_begun(self, times: int = 1) -> None:
        async with asyncio.timeout(10):
            for _ in range(times):
                await self.ran.acquire()


def job(run: Counted, every_seconds: float = NEVER_AGAIN, name: str = "counting") -> Job:
    return Job(name=name, every_seconds=every_seconds, run=run)


async def test_a_job_runs_at_once_when_time_begins() -> None:
    counted, scheduler = Counted(), Scheduler()
    scheduler.add(job(counted))
    async with scheduler.running():
        await counted.has_begun()
    assert counted.runs == 1


async def test_a_job_runs_again_and_again() -> None:
    counted, scheduler = Counted(), Scheduler()
    scheduler.add(job(counted, every_seconds=0.01))
    async with scheduler.running():
        await counted.has_begun(times=3)
    assert counted.runs >= 3


async def test_a_job_added_while_time_runs_begins_too() -> None:
    counted, scheduler = Counted(), Scheduler()
    async with scheduler.running():
        scheduler.add(job(counted))
        await counted.has_begun()
    assert counted.runs == 1


async def test_a_job_that_fails_runs_again_at_its_next_turn() -> None:
    counted, scheduler = Counted(ValueError("at first")), Scheduler()
    scheduler.add(job(counted, every_seconds=0.01))
    with capture_logs() as logs:
        async with scheduler.running():
            await counted.has_begun(times=2)
    failures = [line for line in logs if line["event"] == "job failed"]
    assert [line["job"] for line in failures] == ["counting"]


async def test_one_job_that_fails_does_not_stop_another() -> None:
    failing, well, scheduler = Counted(ValueError("always")), Counted(), Scheduler()
    scheduler.add(job(failing, name="failing"))
    scheduler.add(job(well, name="well"))
    with capture_logs():
        async with scheduler.running():
            await failing.has_begun()
            await well.has_begun()
    assert (failing.runs, well.runs) == (1, 1)


async def test_a_job_that_is_asked_for_says_what_went_wrong() -> None:
    counted, scheduler = Counted(ValueError("no")), Scheduler()
    scheduler.add(job(counted))
    with pytest.raises(ValueError, match="no"):
        await scheduler.run("counting")


async def test_a_job_never_overlaps_itself() -> None:
    counted, scheduler = Counted(), Scheduler()
    counted.gate.clear()
    scheduler.add(job(counted))
    async with asyncio.TaskGroup() as tasks:
        for _ in range(3):
            tasks.create_task(scheduler.run("counting"))
        await counted.has_begun()
        counted.gate.set()
    assert (counted.runs, counted.most_at_once) == (3, 1)


async def test_what_is_under_way_at_the_end_is_finished() -> None:
    counted, scheduler = Counted(), Scheduler()
    counted.gate.clear()
    scheduler.add(job(counted))
    async with asyncio.TaskGroup() as tasks:
        async with scheduler.running():
            await counted.has_begun()
            tasks.create_task(open_later(counted.gate))
        assert counted.runs == 1


async def open_later(gate: asyncio.Event) -> None:
    await asyncio.sleep(0)
    gate.set()


async def test_two_jobs_of_one_name_are_a_mistake() -> None:
    scheduler = Scheduler()
    scheduler.add(job(Counted()))
    with pytest.raises(ValueError, match="two jobs called counting"):
        scheduler.add(job(Counted()))


async def test_a_failure_of_the_world_is_one_line_and_a_mistake_of_ours_has_its_traceback() -> None:
    scheduler = Scheduler((ConnectionError,))
    scheduler.add(job(world := Counted(ConnectionError("no answer")), name="world"))
    scheduler.add(job(ours := Counted(ValueError("wrong")), name="ours"))
    with capture_logs() as logs:
        async with scheduler.running():
            await world.has_begun()
            await ours.has_begun()
    said = {line["job"]: line for line in logs if line["event"] == "job failed"}
    assert "no answer" in said["world"]["error"]
    assert not said["world"].get("exc_info")
    assert said["ours"]["exc_info"]


async def test_the_last_turn_of_a_job_is_remembered_with_its_failures_in_a_row() -> None:
    counted = Counted(ValueError("a secret"), ValueError("a secret"), None)
    scheduler = Scheduler(now=lambda: UnixSeconds(1_000))
    scheduler._jobs["counting"] = job(counted)
    for _ in range(2):
        with pytest.raises(ValueError, match="a secret"):
            await scheduler.run("counting")
    turn = scheduler.turns["counting"]
    assert (turn.at, turn.failures, turn.error, turn.error_at) == (1_000, 2, "ValueError", 1_000)
    await scheduler.run("counting")
    turn = scheduler.turns["counting"]
    assert (turn.failures, turn.error, turn.error_at) == (0, "ValueError", 1_000)
    assert turn.took_seconds >= 0
