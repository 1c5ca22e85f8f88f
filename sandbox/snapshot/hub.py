"""The hub: reads the ledger out over GraphQL, with the real one's limits and ways to fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from eth_utils.address import is_address
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    execute_sync,
    parse,
    validate,
)

from sandbox.snapshot import power
from sandbox.snapshot.exchange import Reply, Request, html_reply, json_reply
from sandbox.snapshot.kinds import question, root_fields
from sandbox.snapshot.ledger import Ledger
from sandbox.snapshot.paging import ALIASES, MESSAGES, PROPOSALS, SPACES, VOTES, page
from sandbox.snapshot.rows import Row, Rows, plain
from sandbox.snapshot.schema import hub_schema

_ROOT_LIMIT = 5


@dataclass(slots=True, kw_only=True)
class Hub:
    """One hub; `view` gives the ledger it reads and the moment it takes for now."""

    view: Callable[[], tuple[Ledger, int]]
    schema: GraphQLSchema = field(default_factory=hub_schema)

    async def answer(self, request: Request) -> Reply:
        """Answer one request."""
        if request.path != "/graphql":
            return html_reply(404)
        query, variables = question(request)
        try:
            document = parse(query)
        except GraphQLError as error:
            return _errors([error], 400)
        problems = validate(self.schema, document)
        if problems:
            return _errors(problems, 400)
        if len(root_fields(document)) > _ROOT_LIMIT:
            text = f"' exceeds the maximum number of root selections: {_ROOT_LIMIT}"
            return json_reply({"errors": [{"message": text}]}, 500)
        return self._execute(document, variables)

    def _execute(self, document: DocumentNode, variables: dict[str, Any] | None) -> Reply:
        ledger, now = self.view()
        root = Reader(ledger=ledger, rows=Rows(ledger=ledger, now=now))
        result = execute_sync(self.schema, document, root_value=root, variable_values=variables)
        answer = {"data": in_json(result.data)}
        if result.errors:
            answer = {"errors": [error.formatted for error in result.errors], **answer}
        return json_reply(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The root of every query: one method for each root field, called by its name."""

    ledger: Ledger
    rows: Rows

    def space(self, _info: Any, id: str = "") -> Row | None:  # noqa: A002 - the hub's argument
        """Read one space."""
        found = self.ledger.space(id)
        return self.rows.space(found) if found else None

    def spaces(self, _info: Any, **arguments: Any) -> list[Row]:
        """List spaces."""
        found = [space for space in self.ledger.spaces.values() if not space.deleted]
        return page([self.rows.space(each) for each in found], SPACES, arguments)

    def proposal(self, _info: Any, id: str = "") -> Row | None:  # noqa: A002 - the hub's argument
        """Read one proposal."""
        found = self.ledger.proposals.get(id)
        return self.rows.proposal(found) if found else None

    def proposals(self, _info: Any, **arguments: Any) -> list[Row]:
        """List proposals."""
        found = self.ledger.proposals.values()
        return page([self.rows.proposal(each) for each in found], PROPOSALS, arguments)

    def vote(self, _info: Any, id: str = "") -> Row | None:  # noqa: A002 - the hub's argument
        """Read one vote."""
        found = next((vote for vote in self.ledger.votes.values() if vote.id == id), None)
        return self._shown(self.rows.vote(found)) if found else None

    def votes(self, _info: Any, **arguments: Any) -> list[Row]:
        """List votes."""
        listed = [self.rows.vote(each) for each in self.ledger.votes.values()]
        return [self._shown(row) for row in page(listed, VOTES, arguments)]

    def _shown(self, vote: Row) -> Row:
        """Show the vote's proposal, if that is asked for; one that was deleted is null."""
        proposal_id = vote["proposal"]["id"]
        return {**vote, "proposal": lambda info: self.proposal(info, proposal_id)}

    def aliases(self, _info: Any, **arguments: Any) -> list[Row]:
        """List aliases."""
        return page([plain(each) for each in self.ledger.aliases], ALIASES, arguments)

    def messages(self, _info: Any, **arguments: Any) -> list[Row]:
        """List accepted messages."""
        return page([plain(each) for each in self.ledger.messages.values()], MESSAGES, arguments)

    def options(self, _info: Any) -> list[Row]:
        """List the service's limits."""
        return [{"name": name, "value": value} for name, value in self.ledger.options.items()]

    def vp(self, _info: Any, voter: str, space: str, proposal: str = "") -> Row:
        """Compute a voting power.

        Raises:
            GraphQLError: The address, the proposal or the space is not known.
        """
        if not is_address(voter):
            raise GraphQLError("invalid address")
        strategies = self._strategies(space, proposal)
        powers = power.by_strategy(self.ledger, space, strategies, voter)
        return {"vp": sum(powers), "vp_by_strategy": powers, "vp_state": "final"}

    def _strategies(self, space: str, proposal: str) -> list[dict[str, Any]]:
        if proposal:
            found = self.ledger.proposals.get(proposal)
            if found is None:
                raise GraphQLError("proposal not found")
            return found.strategies
        home = self.ledger.space(space)
        if home is None:
            raise GraphQLError("space not found")
        return home.strategies


def in_json(value: Any) -> Any:
    """Turn exact numbers into JSON's, whole ones without a point, as JavaScript writes them."""
    if isinstance(value, dict):
        return {key: in_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [in_json(inner) for inner in value]
    if isinstance(value, float | Decimal):
        return int(value) if value == int(value) else float(value)
    return value


def _errors(errors: list[GraphQLError], status: int) -> Reply:
    """Refuse a query before it runs, with the quotes that the JavaScript library uses."""
    formatted = [
        {**error.formatted, "message": error.message.replace("'", '"')} for error in errors
    ]
    return json_reply({"errors": formatted}, status)
