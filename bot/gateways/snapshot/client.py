"""Snapshot over HTTP: reads from the hub, posts to the sequencer. One request a method."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from bot.domain.offchain.ballot import Ballot, VotingPower
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
from bot.gateways.snapshot.refusals import is_passing
from bot.gateways.snapshot.wire import SnapshotError

PAGE = 100  # ids in one `id_in`; the hub refuses more
VOTES_PAGE = 1_000  # votes in one answer; the hub gives no more
MOST_SKIPPED = 5_000  # of a list; what follows is asked for from a moment on
_TIMEOUT_SECONDS = 30.0  # the sequencer asks a chain, a score service and a pin service in between
_COUNTED_SECONDS = 30 * 86_400
_REFUSAL = 400
_IN_FLIGHT = 425

_PROPOSAL_FIELDS = """
  id author created type title body discussion choices start end snapshot state
  scores scores_total scores_state votes quorum flagged privacy link space { id }
"""
_PROPOSAL = f"query ($id: String!) {{ proposal(id: $id) {{ {_PROPOSAL_FIELDS} }} }}"
_PROPOSALS = f"""query ($ids: [String]!, $first: Int!) {{
  proposals(first: $first, where: {{ id_in: $ids }}) {{ {_PROPOSAL_FIELDS} }}
}}"""
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
_OPTIONS = "{ options { name value } }"
_VOTES = """query (
  $first: Int!, $skip: Int!, $by: String!, $to: OrderDirection!, $where: VoteWhere!
) {
  votes(first: $first, skip: $skip, orderBy: $by, orderDirection: $to, where: $where) {
    id ipfs voter created choice vp reason proposal { id }
  }
}"""
_POWER = """query ($voter: String!, $space: String!, $proposal: String!) {
  vp(voter: $voter, space: $space, proposal: $proposal) { vp vp_by_strategy vp_state }
}"""


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
    ) -> None:
        self._http = http
        self._hub_url = hub_url
        self._sequencer_url = sequencer_url
        self._headers = {"x-api-key": api_key} if api_key else {}

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

    async def proposals(self, ids: Sequence[SnapshotProposalId]) -> tuple[SnapshotProposal, ...]:
        """Read up to a hundred proposals, in the order asked for; unknown ones are left out.

        Raises:
            SnapshotError: The hub answered with an error or with something else than proposals.
        """
        assert len(ids) <= PAGE, f"The hub takes {PAGE} ids at once, not {len(ids)}."
        if not ids:
            return ()
        data = await self._query(_PROPOSALS, {"ids": list(ids), "first": len(ids)})
        found = {
            proposal.id: proposal for proposal in wire.several(data, "proposals", wire.proposal)
        }
        return tuple(found[proposal_id] for proposal_id in ids if proposal_id in found)

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
        response = await self._http.post(
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
        await self._http.get(
            f"{self._sequencer_url.rstrip('/')}/scores/{proposal_id}", timeout=_TIMEOUT_SECONDS
        )

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
        return wire.several(await self._query(_VOTES, asked), "votes", wire.ballot)

    async def voting_power(self, voter: Address, seen: SnapshotProposal) -> VotingPower:
        """Ask what an address can cast on a proposal, at the proposal's block.

        Raises:
            SnapshotError: The hub answered with an error or with something else than a power.
        """
        asked = {"voter": voter, "space": seen.space, "proposal": seen.id}
        return wire.voting_power(await self._query(_POWER, asked), voter)

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

    async def _query(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        return wire.data(await self._ask(query, variables))

    async def _ask(self, query: str, variables: dict[str, Any]) -> httpx.Response:
        response = await self._http.post(
            self._hub_url,
            json={"query": query, "variables": variables},
            headers=self._headers,
            timeout=_TIMEOUT_SECONDS,
        )
        if not response.is_success:
            raise SnapshotError(wire.error_text(response), _retry_after(response))
        return response


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
    seconds = response.headers.get("retry-after", "")
    return Seconds(int(seconds)) if seconds.isascii() and seconds.isdigit() else None
