"""A moment of Discord, of Snapshot and of the bot's database, to which all are brought back."""

import asyncio
import copy
import dataclasses
import sqlite3
from collections.abc import Iterator
from typing import Any

from bot.client import _TOLD
from tests.simulation.discord.home import Home

_COPIED = (dict, list, set)
_DIFFERS = (
    "SELECT EXISTS (SELECT * FROM main.{0} EXCEPT SELECT * FROM kept.{0}) "
    "OR EXISTS (SELECT * FROM kept.{0} EXCEPT SELECT * FROM main.{0})"
)


class Moment:
    """What stood in the channels and in the database; the running bot need not know of it.

    Time does not go back, and the people of the worlds stay who they are.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._database = sqlite3.connect(
            home.database_file, check_same_thread=False, isolation_level=None
        )
        self._database.execute("PRAGMA synchronous = OFF")
        kept = home.database_file.with_suffix(".kept")
        self._database.execute("VACUUM INTO ?", [str(kept)])
        self._database.execute("ATTACH ? AS kept", [str(kept)])
        self._things = [(thing, _parts(thing)) for thing in self._all()]
        self._ledger = copy.deepcopy(home.worlds.snapshot.ledger)
        state = home.world.state
        self._nonces, self._places = dict(state.nonces), dict(state.places)

    async def come_back(self) -> None:
        """Let everything be as it was, once the bot has done what it was told."""
        told = [task for task in asyncio.all_tasks() if task.get_name().startswith(_TOLD)]
        if told:
            await asyncio.wait(told, timeout=5)
        await asyncio.to_thread(self._restore)
        state = self._home.world.state
        state.nonces, state.places = dict(self._nonces), dict(self._places)
        ledger = self._home.worlds.snapshot.ledger
        for each in dataclasses.fields(ledger):
            setattr(ledger, each.name, copy.deepcopy(getattr(self._ledger, each.name)))
        for thing, parts in self._things:
            for name, value in parts.items():
                setattr(thing, name, _copied(value))

    def _restore(self) -> None:
        tables = "SELECT name FROM kept.sqlite_master WHERE type = 'table'"
        self._database.execute("BEGIN IMMEDIATE")
        for (name,) in self._database.execute(tables).fetchall():
            (differs,) = self._database.execute(_DIFFERS.format(name)).fetchone()
            if differs:
                self._database.execute(f"DELETE FROM main.{name}")  # noqa: S608 - our own names
                self._database.execute(f"INSERT INTO main.{name} SELECT * FROM kept.{name}")  # noqa: S608 - the same
        self._database.execute("COMMIT")

    def close(self) -> None:
        self._database.close()

    def _all(self) -> Iterator[Any]:
        state = self._home.world.state
        for guild in state.guilds.values():
            yield guild
            yield from guild.members.values()
        for place in state.places.values():
            yield place
            yield from place.log.values()


def _parts(thing: Any) -> dict[str, Any]:
    return {each.name: _copied(getattr(thing, each.name)) for each in dataclasses.fields(thing)}


def _copied(value: Any) -> Any:
    return copy.copy(value) if isinstance(value, _COPIED) else value
