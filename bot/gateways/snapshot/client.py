"""Snapshot over HTTP: reads from the hub, posts to the sequencer. One request a method."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, Self

import httpx

from bot.domain.errors import Refusal
from bot.domain.offchain.alias import KnownAlias
from bot.domain.offchain.ballot import Ballot, VotingPower
from bot.domain.offchain.pulse import HubMessage, Pulse
from bot.domain.offchain.snapshot import (
    Counts,
    SequencerAnswer,
    SignedEnvelope,
    SnapshotProposal,
    Space,
    SpaceLimits,
    Verdict,
)
from bot.domain.types import Address, Seconds, SnapshotProposalId, SpaceId, UnixSeconds
from bot.gateways.snapshot import wire
from bot.gateways.snapshot.ballots import POWER, VOTES, ballot, voting_power
from bot.gateways.snapshot.budget import RequestBudget
from bot.gateways.snapshot.refusals import is_passing
from bot.gateways.snapshot.wire import SnapshotError

PAGE = 100  # ids in one `id_in`, and spaces of messages; the hub refuses more
ROWS = 1_000  # in one answer; the hub gives no more
SPACES = 10_000  # in one `space_in` of proposals; the hub refuses more
VOTES_PAGE = ROWS
MOST_SKIPPED = 5_000  # of a list; what follows is asked for from a moment on
_PATIENCE = Seconds(3)  # for which a person's request waits for its turn
_TIMEOUT_SECONDS = 30.0  # the sequencer asks a chain, a score service and a pin service in between
_COUNTED_SECONDS = 30 * 86_400
_REFUSAL = 400
_IN_FLIGHT = 425
_MOST_DIGITS = 9

_PROPOSAL_FIELDS = """
  id author created updated type title body discussion choices start end snapshot state
  scores scores_by_strategy scores_total scores_state scores_updated votes
  quorum quorumType flagged privacy link network symbol
  strategies { name network params } space { id members moderators admins }
"""
_PROPOSAL = f"query ($id: String!) {{ proposal(id: $id) {{ {_PROPOSAL_FIELDS} }} }}"
_PROPOSALS = f"""query ($ids: [String]!, $first: Int!) {{
  proposals(first: $first, where: {{ id_in: $ids }}) {{ {_PROPOSAL_FIELDS} }}
}}"""
_OPEN = f"""query ($space: String!, $now: Int!, $first: Int!) {{
  proposals(first: $first, orderBy: "created", orderDirection: desc,
    where: {{ space: $space, end_gte: $now }}) {{ {_PROPOSAL_FIELDS} }}
}}"""
_PULSES = """query ($spaces: [String]!, $now: Int!, $created: Int!, $first: Int!) {
  proposals(first: $first, orderBy: "created", orderDirection: asc,
    where: { space_in: $spaces, end_gte: $now, created_gte: $created }) {
    id created updated state scores_state scores_updated votes flagged
  }
}"""
_MESSAGES = """query ($where: MessageWhere, $first: Int!, $direction: OrderDirection) {
  messages(first: $first, orderBy: "mci", orderDirection: $direction, where: $where) {
    mci id space timestamp type
  }
}"""
_KINDS = ("proposal", "update-proposal", "delete-proposal")
_SPACE = """query ($id: String!) { space(id: $id) {
  id name network symbol members moderators admins filters { onlyMembers }
  voting { delay period type privacy quorum } hibernated verified turbo
  labels { id name } flagged validation { name } voteValidation { name } strategies { name }
} }"""
_COUNTS = """query ($space: String!, $author: String!, $since: Int!, $now: Int!, $named: Boolean!) {
  written: proposals(first: 1000, where: { space: $space, created_gte: $since }) { created }
  open: proposals(first: 1000, where: { author: $author, end_gt: $now }) @include(if: $named) {
    end
  }
}"""
_ALIASES = """query ($alias: String!) {
  aliases(first: 10, where: { alias: $alias }) { address alias created }
}"""
_OPTIONS = "{ options { name value } }"


class SnapshotClient:
    """Speaks to one hub and one sequencer.

    Trouble on the way (no answer, a reset connection, a time-out) is an `httpx.HTTPError`; an
    answer that says no, or that cannot be understood, is a `SnapshotError`.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        hub_url: str,
        sequencer_url: str,
        api_key: str | None = None,
        budget: RequestBudget | None = None,
        *,
        is_for_people: bool = False,
    ) -> None:
        """Without a budget it asks as often as it likes: good for a world of one's own.

        A request for people waits a moment for its turn and then refuses in words for them; any
        other one fails at once, and comes again at its next turn.
        """
        self._http = http
        self._hub_url = hub_url
        self._sequencer_url = sequencer_url
        self._api_key = api_key
        self._headers = {"x-api-key": api_key} if api_key else {}
        self._budget = budget
        self._is_for_people = is_for_people

    def for_people(self) -> Self:
        """Give the same client, of the same budget, for those who wait for an answer."""
        return type(self)(
            self._http,
            self._hub_url,
            self._sequencer_url,
            self._api_key,
            self._budget,
            is_for_people=True,
        )

    @property
    def wait(self) -> Seconds:
        """In how many seconds the next request may be made; 0 is now."""
        if self._budget is None:
            return Seconds(0)
        return self._budget.wait(is_urgent=self._is_for_people)

    async def space(self, space_id: SpaceId) -> Space | None:
        """Read a space's rules; `None` when the hub knows no such space.

        Raises:
            SnapshotError: The hub answered with an error or with something else than a space.
        """
        data = await self._query(_SPACE, {"id": space_id})
        return wire.optional(data, "space", wire.space)

    async def proposal(self, proposal_id: SnapshotProposalId) -> SnapshotProposal | None:
        """Read one proposal; `None` when the hub knows no such proposal, or not yet.

        Raises:
            SnapshotError: The hub answered with an error or with something else than a proposal.
        """
        data = await self._query(_PROPOSAL, {"id": proposal_id})
        return wire.optional(data, "proposal", wire.proposal)

    async def proposals(self, ids: Sequence[SnapshotProposalId]) -> wire.Readable[SnapshotProposal]:
        """Read up to a hundred proposals; unknown ones, and unreadable ones, are left out.

        Raises:
            SnapshotError: The hub answered with an error or with something else than proposals.
        """
        assert len(ids) <= PAGE, f"The hub takes {PAGE} ids at once, not {len(ids)}."
        if not ids:
            return wire.Readable(rows=(), is_whole=True)
        data = await self._query(_PROPOSALS, {"ids": list(ids), "first": len(ids)})
        return wire.readable(data, "proposals", wire.proposal)

    async def open_proposals(
        self, space_id: SpaceId, now: UnixSeconds
    ) -> tuple[SnapshotProposal, ...]:
        """Read what has not ended in a space and can be read, the newest first; at most a thousand.

        Raises:
            SnapshotError: The hub answered with an error or with something else than proposals.
        """
        data = await self._query(_OPEN, {"space": space_id, "now": now, "first": ROWS})
        return wire.readable(data, "proposals", wire.proposal).rows

    async def pulses(
        self, spaces: Sequence[SpaceId], now: UnixSeconds, created: UnixSeconds
    ) -> tuple[Pulse, ...]:
        """Read what changes by itself of a thousand open proposals, the oldest first.

        Those that were created before `created` are left out: it is how the next page is asked for.

        Raises:
            SnapshotError: The hub answered with an error or with something else than proposals.
        """
        assert len(spaces) <= SPACES, f"The hub takes {SPACES} spaces at once, not {len(spaces)}."
        asked = {"spaces": list(spaces), "now": now, "created": created, "first": ROWS}
        return wire.readable(await self._query(_PULSES, asked), "proposals", wire.pulse).rows

    async def messages(self, spaces: Collection[SpaceId], after: int) -> tuple[HubMessage, ...]:
        """Read which proposals were made, changed or deleted after the `mci`, a thousand at most.

        More spaces than a question may name are all spaces: there are not that many messages.

        Raises:
            SnapshotError: The hub answered with an error or with something else than messages.
        """
        where: dict[str, Any] = {"type_in": list(_KINDS), "mci_gt": after}
        if len(spaces) <= PAGE:
            where["space_in"] = list(spaces)
        asked = {"where": where, "first": ROWS, "direction": "asc"}
        return wire.several(await self._query(_MESSAGES, asked), "messages", wire.message)

    async def newest_message(self) -> int:
        """Read the `mci` of the newest message about a proposal, wherever that is; 0: none yet.

        Raises:
            SnapshotError: The hub answered with an error or with something else than messages.
        """
        asked = {"where": {"type_in": list(_KINDS)}, "first": 1, "direction": "desc"}
        found = wire.several(await self._query(_MESSAGES, asked), "messages", wire.message)
        return found[0].mci if found else 0

    async def limits(self, space: Space) -> SpaceLimits:
        """Read how much a space of this plan may write.

        Raises:
            SnapshotError: The hub answered with an error or with something else than options.
        """
        return wire.limits(await self._query(_OPTIONS, {}), space)

    async def post(self, envelope: SignedEnvelope) -> SequencerAnswer:
        """Post a signed message, the very text that was signed and stored.

        Posting the same envelope again is safe: it is one proposal, however often it arrives.

        Raises:
            SnapshotError: The sequencer accepted something else than what was posted.
        """
        response = await self._send(
            "POST",
            self._sequencer_url,
            content=envelope.text.encode(),
            headers={"content-type": "application/json", "accept": "application/json"},
            timeout=_TIMEOUT_SECONDS,
        )
        if response.is_success:
            _require_id(response, envelope)
            return SequencerAnswer(verdict=Verdict.STORED)
        text = wire.error_text(response)
        return SequencerAnswer(
            verdict=_verdict(response, text),
            text=text,
            retry_after_seconds=_retry_after(response),
        )

    async def ask_for_scores(self, proposal_id: SnapshotProposalId) -> None:
        """Ask the service to compute a closed proposal's final scores.

        It computes them when somebody asks, and usually a reader of its pages does; whether it
        did shows in the proposal. Source: the sequencer's `GET /scores/<id>`.
        """
        address = f"{self._sequencer_url.rstrip('/')}/scores/{proposal_id}"
        await self._send("GET", address, timeout=_TIMEOUT_SECONDS)

    async def votes(
        self,
        where: Mapping[str, Any],
        *,
        first: int = VOTES_PAGE,
        skip: int = 0,
        order: str = "created",
        falls: bool = False,
    ) -> tuple[Ballot, ...]:
        """Read votes, in the order of `created` or `vp`; `where` is the hub's own filter.

        Raises:
            SnapshotError: The hub answered with an error or with something else than votes.
        """
        asked = {
            "first": first,
            "skip": skip,
            "by": order,
            "to": "desc" if falls else "asc",
            "where": dict(where),
        }
        return wire.several(await self._query(VOTES, asked), "votes", ballot)

    async def voting_power(self, voter: Address, seen: SnapshotProposal) -> VotingPower:
        """Ask what an address can cast on a proposal, at the proposal's block.

        Raises:
            SnapshotError: The hub answered with an error or with something else than a power.
        """
        asked = {"voter": voter, "space": seen.space, "proposal": seen.id}
        data = await self._query(POWER, asked)
        power = wire.optional(data, "vp", partial(voting_power, address=voter))
        if power is None:
            raise SnapshotError("The hub gives no voting power.")
        return power

    async def counts(self, space_id: SpaceId, author: Address | None, now: UnixSeconds) -> Counts:
        """Count what Snapshot limits: the space's proposals of late, and the author's open ones.

        The space's own counters are as much as two minutes old; these are exact. An author of
        `None` has none that could be counted.

        Raises:
            SnapshotError: The hub answered with an error or with something else than proposals.
        """
        variables = {
            "space": space_id,
            "author": author or "",
            "since": now - _COUNTED_SECONDS,
            "now": now,
            "named": author is not None,
        }
        return wire.counts(await self._ask(_COUNTS, variables))

    async def aliases(self, alias: Address) -> tuple[KnownAlias, ...]:
        """Read for whom an address may sign, or could once: how old it is says.

        Raises:
            SnapshotError: The hub answered with an error or with something else than aliases.
        """
        data = await self._query(_ALIASES, {"alias": alias})
        return wire.several(data, "aliases", wire.alias)

    async def _query(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        return wire.data(await self._ask(query, variables))

    async def _ask(self, query: str, variables: dict[str, Any]) -> httpx.Response:
        response = await self._send(
            "POST",
            self._hub_url,
            json={"query": query, "variables": variables},
            headers=self._headers,
            timeout=_TIMEOUT_SECONDS,
        )
        if not response.is_success:
            raise SnapshotError(wire.error_text(response), _retry_after(response))
        return response

    async def _send(self, method: str, address: str, **content: Any) -> httpx.Response:
        """Make one request within the budget, and heed what the answer says of the next.

        Raises:
            Refusal: A person's request would have to wait for long.
            SnapshotError: It is not the turn of any other request.
        """
        if self._budget is not None:
            await self._wait_for_turn()
            self._budget.take()
        response = await self._http.request(method, address, **content)
        pause = _demanded_pause(response)
        if self._budget is not None and pause is not None:
            self._budget.rest(pause)
        return response

    async def _wait_for_turn(self) -> None:
        if self._is_for_people and 0 < self.wait <= _PATIENCE:
            await asyncio.sleep(self.wait)
        wait = self.wait
        if wait and self._is_for_people:
            raise Refusal(
                f"Snapshot is asked often just now; please try again in {wait} s. "
                "Nothing was changed."
            )
        if wait:
            raise SnapshotError(f"Snapshot may not be asked again for {wait} s.", wait)


def _require_id(response: httpx.Response, envelope: SignedEnvelope) -> None:
    known_as = wire.accepted_id(response)
    if known_as != envelope.id:
        raise SnapshotError(f"Snapshot stored {known_as}, but {envelope.id} was posted.")


def _verdict(response: httpx.Response, text: str) -> Verdict:
    if response.status_code == _IN_FLIGHT or text == "duplicate message":
        return Verdict.ALREADY_KNOWN
    if response.status_code != _REFUSAL or is_passing(text) or not wire.has_words(response):
        # The sequencer refuses with 400 and words alone. Anything else is trouble, its own or that
        # of something on the way, and must not end a proposal that may be stored already.
        return Verdict.TRY_AGAIN
    return Verdict.REFUSED


def _retry_after(response: httpx.Response) -> Seconds | None:
    return _seconds(response, "retry-after")


def _demanded_pause(response: httpx.Response) -> Seconds | None:
    """Say for how long the answer wants no other request; `None`: it does not say."""
    if (demanded := _retry_after(response)) is not None:
        return demanded
    is_used_up = _seconds(response, "ratelimit-remaining") == 0
    return _seconds(response, "ratelimit-reset") if is_used_up else None


def _seconds(response: httpx.Response, header: str) -> Seconds | None:
    """Read a short whole number of seconds; some servers give a date instead, which is left."""
    text = response.headers.get(header, "")
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return Seconds(int(text)) if is_number else None
