"""What a request asks for: the hub's root fields, the sequencer's messages and pages."""

import json
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLError, OperationDefinitionNode, parse

from sandbox.snapshot.exchange import Request

# Kinds of messages, by the name of the struct that is signed.
MESSAGES = {
    "Proposal": "proposal",
    "UpdateProposal": "update-proposal",
    "CancelProposal": "delete-proposal",
    "FlagProposal": "flag-proposal",
    "Vote": "vote",
    "Alias": "alias",
    "Follow": "follow",
    "Unfollow": "unfollow",
}

KINDS = {
    "hub": (
        "space",
        "spaces",
        "proposal",
        "proposals",
        "vote",
        "votes",
        "aliases",
        "messages",
        "options",
        "vp",
    ),
    "sequencer": (*MESSAGES.values(), "scores", "relayer"),
}


def kinds_of(request: Request) -> frozenset[str]:
    """Tell what a request asks for; nothing where it makes no sense."""
    try:
        if request.service == "hub":
            query, _ = question(request)
            return frozenset(field.name.value for field in root_fields(parse(query)))
        return frozenset(_asked(request))
    except (ValueError, LookupError, TypeError, AttributeError, GraphQLError):
        return frozenset()


def question(request: Request) -> tuple[str, dict[str, Any] | None]:
    """Read the query and its variables.

    Raises:
        ValueError: The request is not JSON.
    """
    if request.method == "GET":
        return request.query.get("query", ""), json.loads(request.query.get("variables", "null"))
    body = json.loads(request.body)
    return str(body.get("query", "")), body.get("variables")


def root_fields(document: DocumentNode) -> list[FieldNode]:
    """List what a query asks for at its root."""
    return [
        selection
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
        for selection in definition.selection_set.selections
        if isinstance(selection, FieldNode)
    ]


def _asked(request: Request) -> list[str]:
    if request.method == "POST":
        types = json.loads(request.body)["data"]["types"]
        return [kind for struct, kind in MESSAGES.items() if struct in types]
    if request.path.startswith("/scores/"):
        return ["scores"]
    return ["relayer"] if request.path == "/" else []
