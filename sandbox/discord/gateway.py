"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and how sessions end."""

import asyncio
import json
import secrets
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from aiohttp import WSMsgType, web

from sandbox.discord.intents import PRIVILEGED, Intent
from sandbox.discord.member_chunks import may_ask, member_chunks
from sandbox.discord.outbound import Outbound
from sandbox.discord.sessions import Session

if TYPE_CHECKING:
    from sandbox.discord.errors import Json
    from sandbox.discord.faults import Faults
    from sandbox.discord.guilds import Guild
    from sandbox.discord.state import Event, State


class Op(IntEnum):
    """Discord's gateway opcodes."""

    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


# These close codes say goodbye: the session ends with its connection.
_GOODBYE: Final = (1000, 1001)


class Gateway:
    """All sessions of the bot, and the connections they run over."""

    def __init__(self, state: "State", faults: "Faults") -> None:
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self._state = state
        self._faults = faults
        self._open: set[web.WebSocketResponse] = set()
        self._cut: set[web.WebSocketResponse] = set()
        state.listeners.append(self._tell)
        faults.gateway = self

    @property
    def connected(self) -> bool:
        """Say whether an identified session is open."""
        return any(session.outbound is not None for session in self.sessions.values())

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=4096, compress=False)
        await socket.prepare(request)
        outbound = Outbound(socket, compress=request.query.get("compress") == "zlib-stream")
        self._open.add(socket)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(outbound.write())
                await _Conversation(self, self._state, self._faults, outbound).hold()
                outbound.end()
        finally:
            self._open.discard(socket)
            self._leave(outbound)
        return socket

    def begin(self, session: Session, outbound: Outbound) -> None:
        """Attach a session to the connection it now runs over."""
        self.sessions[session.id] = session
        session.outbound = outbound
        session.left_at_ms = None
        self._state.changes.notify()

    async def drop(self, *, resumable: bool) -> None:
        """Cut every connection; without `resumable`, forget the sessions as well."""
        if not resumable:
            self.sessions.clear()
        for socket in list(self._open):
            self._cut.add(socket)
            await socket.close(code=4000, message=b"Unknown error")

    async def close(self) -> None:
        """Cut every connection because this Discord stops."""
        for socket in list(self._open):
            self._cut.add(socket)
            await socket.close(code=1001, message=b"Going away")

    def ask_to_reconnect(self) -> None:
        """Send op 7 over every open session."""
        for session in self.sessions.values():
            if session.outbound is not None:
                session.outbound.put(_packet(Op.RECONNECT))

    def _tell(self, event: "Event") -> None:
        if self._faults.swallows(event.name):
            return
        for session in list(self.sessions.values()):
            if session.is_resumable:
                session.tell(event)
            else:
                del self.sessions[session.id]

    def _leave(self, outbound: Outbound) -> None:
        for session in list(self.sessions.values()):
            if session.outbound is not outbound:
                continue
            session.outbound = None
            session.left_at_ms = self._state.clock.now_ms()
            said_goodbye = outbound.socket.close_code in _GOODBYE
            if said_goodbye and outbound.socket not in self._cut:
                del self.sessions[session.id]
        self._cut.discard(outbound.socket)
        self._state.changes.notify()


class _Conversation:
    """What is said over one connection."""

    def __init__(
        self, gateway: Gateway, state: "State", faults: "Faults", outbound: Outbound
    ) -> None:
        self._gateway = gateway
        self._state = state
        self._faults = faults
        self._outbound = outbound
        self._session: Session | None = None

    async def hold(self) -> None:
        """Say HELLO, then answer until the other side leaves."""
        interval = {"heartbeat_interval": self._state.rules.heartbeat_ms}
        self._outbound.put(_packet(Op.HELLO, interval))
        async for frame in self._outbound.socket:
            if frame.type is WSMsgType.TEXT:
                await self._hear(json.loads(frame.data))

    async def _hear(self, packet: "Json") -> None:
        match packet["op"]:
            case Op.HEARTBEAT:
                if not self._faults.deaf:
                    self._outbound.put(_packet(Op.HEARTBEAT_ACK))
            case Op.IDENTIFY:
                await self._identify(packet["d"])
            case Op.RESUME:
                await self._resume(packet["d"])
            case Op.REQUEST_MEMBERS:
                self._chunk(packet["d"])
            case Op.PRESENCE:
                pass
            case _:
                await self._hang_up(4001, "Unknown opcode")

    async def _identify(self, data: "Json") -> None:
        refused = Intent(data["intents"]) & PRIVILEGED & ~self._state.rules.privileged_intents
        if not self._faults.accepts(data["token"]):
            await self._hang_up(4004, "Authentication failed.")
        elif self._session is not None:
            await self._hang_up(4005, "Already authenticated.")
        elif refused:
            await self._hang_up(4014, "Disallowed intent(s).")
        else:
            self._ready(data["intents"])

    def _ready(self, intents: int) -> None:
        state = self._state
        session = Session(id=secrets.token_hex(16), state=state, intents=intents)
        self._session = session
        self._gateway.begin(session, self._outbound)
        guilds = [g for g in state.guilds.values() if state.bot.id in g.members]
        ready = {
            "v": 10,
            "user": {**state.bot.payload(), "verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._gateway.url,
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "application": {"id": str(state.bot.id), "flags": 0},
        }
        session.dispatch("READY", json.dumps(ready))
        if intents & Intent.GUILDS:
            for guild in guilds:
                session.dispatch("GUILD_CREATE", json.dumps(self._guild(guild, intents)))

    def _guild(self, guild: "Guild", intents: int) -> "Json":
        viewer = guild.members[self._state.bot.id]
        return guild.gateway_payload(viewer, all_members=bool(intents & Intent.GUILD_MEMBERS))

    async def _resume(self, data: "Json") -> None:
        if not self._faults.accepts(data["token"]):
            await self._hang_up(4004, "Authentication failed.")
            return
        session = self._gateway.sessions.get(data["session_id"])
        missed = session.missed(data["seq"]) if session and session.is_resumable else None
        if session is None or missed is None:
            self._outbound.put(_packet(Op.INVALID_SESSION, data=False))
            return
        for text in missed:
            self._outbound.put(text)
        self._session = session
        self._gateway.begin(session, self._outbound)
        session.dispatch("RESUMED", "{}")

    def _chunk(self, data: "Json") -> None:
        assert self._session is not None, "members were asked for before IDENTIFY"
        if not may_ask(data, self._session.intents):
            return
        for chunk in member_chunks(self._state.guilds[int(data["guild_id"])], data):
            self._session.dispatch("GUILD_MEMBERS_CHUNK", json.dumps(chunk))

    async def _hang_up(self, code: int, reason: str) -> None:
        await self._outbound.socket.close(code=code, message=reason.encode())


def _packet(op: Op, data: object = None) -> str:
    return json.dumps({"op": int(op), "d": data, "s": None, "t": None})
