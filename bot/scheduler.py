"""The metronome: the only module that knows APScheduler.

A job looks at the world as it is; it never overlaps itself and never catches up. Deadlines are not
kept here but in the database, so that a restart or a jump of the clock loses none.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock, system_clock
from bot.domain.types import UnixSeconds

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again."""

    name: str
    every_seconds: float
    run: Callable[[], Awaitable[None]]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How a job went the last time it ran."""

    at: UnixSeconds  # when it ended
    took_seconds: float
    failures: int = 0  # in a row, up to now
    error: str = ""  # the name of the last failure's kind: its words may hold a secret
    error_at: UnixSeconds | None = None


class Scheduler:
    """Runs jobs. A job that fails is logged once and runs again at its next turn."""

    def __init__(
        self, world_failures: tuple[type[Exception], ...] = (), now: Clock = system_clock
    ) -> None:
        """Say which errors mean that the world failed: those need no traceback in the log."""
        self._world_failures = world_failures
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._metronome = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._jobs: dict[str, Job] = {}
        self._now = now
        self.turns: dict[str, Turn] = {}

    def add(self, job: Job) -> None:
        """Run the job from now on, at once for the first time.

        Raises:
            ValueError: There is one of that name.
        """
        if job.name in self._jobs:
            raise ValueError(f"there are two jobs called {job.name}")
        self._jobs[job.name] = job
        self._metronome.add_job(
            self._guarded,
            "interval",
            args=[job],
            id=job.name,
            seconds=job.every_seconds,
            next_run_time=datetime.now(UTC),  # noqa: TID251 - APScheduler's own time, not ours
        )

    async def run(self, name: str) -> None:
        """Run a job now, after the run that may be under way, and wait for its end.

        Raises:
            Exception: Whatever the job raises.
        """
        job = self._jobs[name]
        async with job.lock:
            began = asyncio.get_running_loop().time()
            failure = ""
            try:
                await job.run()
            except Exception as error:
                failure = type(error).__name__
                raise
            finally:
                self._note(job, asyncio.get_running_loop().time() - began, failure)

    def _note(self, job: Job, took_seconds: float, failure: str) -> None:
        now = self._now()
        last = self.turns.get(job.name, Turn(at=now, took_seconds=took_seconds))
        self.turns[job.name] = Turn(
            at=now,
            took_seconds=took_seconds,
            failures=last.failures + 1 if failure else 0,
            error=failure or last.error,
            error_at=now if failure else last.error_at,
        )

    async def _guarded(self, job: Job) -> None:
        try:
            await self.run(job.name)
        except self._world_failures as error:  # The next tick is the retry.
            log.warning("job failed", job=job.name, error=repr(error))
        except Exception:  # We are wrong, and still other jobs go on.
            log.exception("job failed", job=job.name)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep time; at the end let running jobs finish."""
        self._metronome.start()
        try:
            yield
        finally:
            # Shutting down cancels what runs, so it comes last.
            self._metronome.remove_all_jobs()
            for job in self._jobs.values():
                async with job.lock:
                    pass
            self._metronome.shutdown(wait=False)
