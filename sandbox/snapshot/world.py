"""Snapshot's world: one hub and one sequencer over one ledger, and the people who use them."""

import copy
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any, Self

import httpx
from eth_account import Account
from eth_utils.crypto import keccak

from bot.gateways.snapshot.signer import Signer
from sandbox.snapshot import ballots
from sandbox.snapshot.exchange import Reply, Request, json_reply
from sandbox.snapshot.faults import Faults
from sandbox.snapshot.hub import Hub
from sandbox.snapshot.ledger import (
    Ledger,
    MessageRecord,
    ProposalRecord,
    SpaceRecord,
    VoteRecord,
)
from sandbox.snapshot.limiter import Limiter
from sandbox.snapshot.power import EVERYWHERE
from sandbox.snapshot.proposing import drafted, stored
from sandbox.snapshot.sequencer import SETTLING_SECONDS, Sequencer, settle
from sandbox.snapshot.server import Server, mock_transport
from sandbox.snapshot.wallet import Surroundings, Wallet, key_of

_NOBODY = "0x" + "00" * 20
_ANY: Mapping[str, Any] = {"name": "any", "params": {}}


class SnapshotWorld:
    """A hub and a sequencer that a client cannot tell from the real ones.

    `async with world:` serves both on one free port of the loopback; `world.transport()` is the
    same without a socket. Time comes from `now` alone: when it jumps, votes open and close.

    Args:
        now: Unix seconds.
        block_number: The newest block the sequencer's node knows; settable as `chain_head`.
        finalises_after: Seconds after a proposal's end at which its scores become final by
            themselves; `None` leaves that to `GET /scores/<id>`.
        rate_limit: Whether a hundred requests a minute from one address are the limit.
    """

    def __init__(
        self,
        now: Callable[[], int],
        *,
        block_number: Callable[[], int] = lambda: 0,
        finalises_after: int | None = SETTLING_SECONDS,
        rate_limit: bool = True,
    ) -> None:
        self.now = now
        self.ledger = Ledger()
        self.faults = Faults()
        self.api_keys = {"sandbox"}
        self.finalises_after = finalises_after
        self.limiter = Limiter(is_on=rate_limit)
        self.requests: list[Request] = []
        self.sequencer = Sequencer(
            ledger=self.ledger, faults=self.faults, now=now, block_number=block_number
        )
        self._hub = Hub(view=self._view)
        self._frozen: tuple[Ledger, int] | None = None
        self._server = Server(self.answer)
        self._people = httpx.AsyncClient(transport=self.transport())

    # The services

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Serve on a free port of the loopback; people then go through it as well."""
        await self._server.start()
        # Everything here is plain HTTP: loading the system's certificates would only take time.
        without_certificates = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._people = httpx.AsyncClient(verify=without_certificates, trust_env=False)

    async def close(self) -> None:
        """Stop serving."""
        await self._people.aclose()
        await self._server.close()

    @property
    def hub_url(self) -> str:
        """Where the hub answers GraphQL."""
        return f"{self._server.url}/graphql"

    @property
    def sequencer_url(self) -> str:
        """Where the sequencer takes messages."""
        return self._server.url

    def transport(self) -> httpx.MockTransport:
        """Give the same services without a socket, at any host."""
        return mock_transport(self.answer)

    async def answer(self, request: Request) -> Reply:
        """Answer one request to either service.

        Raises:
            LostAnswerError: No answer is to arrive.
        """
        self.requests.append(request)
        reply = self.faults.early_reply(request) or self._gate(request)
        if reply is None:
            reply = self.faults.spoilt(request, await self._true_answer(request))
        date = formatdate(self.now() + self.faults.skew(request.service), usegmt=True)
        return replace(reply, headers={"Date": date, **reply.headers})

    async def _true_answer(self, request: Request) -> Reply:
        if request.service == "sequencer":
            return await self.sequencer.answer(request)
        await self.faults.linger(request)
        return await self._hub.answer(request)

    def _gate(self, request: Request) -> Reply | None:
        """Turn away those with a wrong API key, and those without one who ask too often."""
        key = request.headers.get("x-api-key") or request.query.get("apiKey")
        if request.service == "hub" and key:
            if key in self.api_keys:
                return None
            error = {"error": "unauthorized", "error_description": "invalid api key"}
            return json_reply(error, 401)
        return self.limiter.reply(request, self.now())

    # The world

    @property
    def chain_head(self) -> Callable[[], int]:
        """Tells the newest block the sequencer's node knows."""
        return self.sequencer.block_number

    @chain_head.setter
    def chain_head(self, block_number: Callable[[], int]) -> None:
        self.sequencer.block_number = block_number

    def space(
        self,
        space_id: str,
        *,
        members: Iterable[str] = (),
        quorum: int | None = None,
        voting: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> SpaceRecord:
        """Open a space, by default a verified one in which members alone propose.

        Args:
            space_id: Its name, such as `example.eth`.
            members: Addresses that may propose.
            quorum: In the unit of scores.
            voting: What the space fixes of `delay`, `period`, `type`, `privacy`, `quorumType`.
            settings: Any other field of `SpaceRecord`.
        """
        symbol = settings.get("symbol", "VOTE")
        network = settings.get("network", "1")
        balances = {
            "name": "erc20-balance-of",
            "network": network,
            "params": {"symbol": symbol, "address": "0x" + "11" * 20, "decimals": 18},
        }
        defaults = {
            "name": space_id,
            "network": network,
            "symbol": symbol,
            "moderators": [],
            "admins": [],
            "strategies": [balances],
            "validation": {"name": "basic", "params": {}},
            "vote_validation": dict(_ANY),
            "only_members": True,
            "verified": True,
            "turbo": False,
            "hibernated": False,
            "created": self.now(),
        }
        rules = {**(voting or {}), **({"quorum": quorum} if quorum is not None else {})}
        record = SpaceRecord(
            id=space_id, members=list(members), voting=rules, **{**defaults, **settings}
        )
        self.ledger.spaces[space_id.lower()] = record
        return record

    def wallet(self, name: str, power: int | Mapping[str, int] = 0) -> Wallet:
        """Give a person a wallet; the same name is the same key.

        Args:
            name: Whose it is.
            power: Voting power in all spaces, or by space.
        """
        key = key_of(name)
        surroundings = Surroundings(
            now=self.now,
            head=self._newest_block,
            space=self.ledger.space,
            proposal=self.proposal,
            send=self._send,
        )
        wallet = Wallet(
            name=name, key=key, signer=Signer(Account.from_key(key)), world=surroundings
        )
        powers = power if isinstance(power, Mapping) else {EVERYWHERE: power}
        for space_id, held in powers.items():
            self.ledger.power[space_id.lower(), wallet.address.lower()] = held
        return wallet

    def place(
        self, space_id: str, title: str, *, author: str = "", **fields: Any
    ) -> ProposalRecord:
        """Put a proposal there as if somebody had posted it: unsigned, unchecked, quickly.

        Args:
            space_id: Its space.
            title: Its title.
            author: An address; by default nobody's.
            fields: Any other field that would be signed, as in `Wallet.propose`. All that is no
                signed field, such as scores, can be set on the record that is given back.
        """
        space = self.ledger.spaces[space_id.lower()]
        signed = {"from": author or _NOBODY, "title": title, **fields}
        message = drafted(
            space.id, space.voting, now=self.now(), head=self.chain_head(), fields=signed
        )
        mci = len(self.ledger.messages) + 1
        made = stored(space, message, "0x" + keccak(text=f"{mci} {title}").hex(), "")
        self.ledger.proposals[made.id] = made
        self.ledger.messages[made.id] = MessageRecord(
            mci=mci,
            id=made.id,
            address=made.author,
            timestamp=made.created,
            space=made.space,
            type="proposal",
        )
        return made

    @property
    def proposals(self) -> list[ProposalRecord]:
        """All proposals, oldest first."""
        self._settle_due()
        return list(self.ledger.proposals.values())

    def proposal(self, proposal_id: str) -> ProposalRecord | None:
        """Find a proposal."""
        self._settle_due()
        return self.ledger.proposals.get(proposal_id)

    def votes(self, proposal_id: str) -> list[VoteRecord]:
        """List the votes on a proposal."""
        return self.ledger.votes_of(proposal_id)

    def delete(self, proposal_id: str) -> None:
        """Let a proposal vanish, as if its author had deleted it."""
        self.ledger.delete(proposal_id, self.now())

    def release_key(self, proposal_id: str) -> bool:
        """Release the key of a shielded vote: its choices can be read, and its scores are final.

        Returns:
            Whether that had an effect: there is such a proposal, and it has ended.
        """
        proposal = self.proposal(proposal_id)
        if proposal is None or not ballots.is_sealed(proposal) or self.now() <= proposal.end:
            return False
        ballots.unseal(proposal, self.votes(proposal_id))
        settle(self.ledger, proposal, self.now())
        return True

    def freeze_hub(self) -> None:
        """Let the hub show the world as it is at this moment, and nothing that comes later."""
        self._settle_due()
        self._frozen = (copy.deepcopy(self.ledger), self.now())

    def thaw_hub(self) -> None:
        """Let the hub catch up."""
        self._frozen = None

    def _newest_block(self) -> int:
        return self.chain_head()

    def _view(self) -> tuple[Ledger, int]:
        if self._frozen is not None:
            return self._frozen
        self._settle_due()
        return self.ledger, self.now()

    def _settle_due(self) -> None:
        self.ledger.sweep(self.now())
        if self.finalises_after is None:
            return
        for proposal in self.ledger.proposals.values():
            due = proposal.end + self.finalises_after
            is_open = proposal.scores_state == "pending" and not ballots.is_sealed(proposal)
            if is_open and self.now() >= due:
                settle(self.ledger, proposal, due)

    async def _send(self, name: str, envelope: str) -> Reply:
        """Post for a person, who has a network address of their own."""
        response = await self._people.post(
            self.sequencer_url,
            content=envelope.encode(),
            headers={"content-type": "application/json", "x-forwarded-for": name},
        )
        return Reply(status=response.status_code, body=response.content)
