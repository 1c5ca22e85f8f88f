"""The hub's GraphQL schema: the part of the real one that is served here, under its names."""

from functools import cache

from graphql import GraphQLSchema, build_schema

_TEXT = ("", "_in")
_FRACTIONS = {"vp", "scores_total_value"}
_NUMBER = ("", "_in", "_gt", "_gte", "_lt", "_lte")


def _where(name: str, texts: str, numbers: str, more: str = "") -> str:
    """Write a filter's input type: equality and membership, for numbers also comparisons."""
    fields = [_filter(text, suffix, "String") for text in texts.split() for suffix in _TEXT]
    fields += [
        _filter(number, suffix, "Float" if number in _FRACTIONS else "Int")
        for number in numbers.split()
        for suffix in _NUMBER
    ]
    return f"input {name} {{ {' '.join(fields)} {more} }}"


def _filter(field: str, suffix: str, type_: str) -> str:
    return f"{field}{suffix}: {f'[{type_}]' if suffix == '_in' else type_}"


def _page(name: str, where: str, type_: str) -> str:
    """Write a root field that lists."""
    return (
        f"{name}(first: Int, skip: Int, where: {where}, orderBy: String,"
        f" orderDirection: OrderDirection): [{type_}]"
    )


_SDL = f"""
scalar Any
enum OrderDirection {{ asc desc }}

type Query {{
  space(id: String): Space
  {_page("spaces", "SpaceWhere", "Space")}
  proposal(id: String): Proposal
  {_page("proposals", "ProposalWhere", "Proposal")}
  vote(id: String): Vote
  {_page("votes", "VoteWhere", "Vote")}
  {_page("aliases", "AliasWhere", "Alias")}
  {_page("messages", "MessageWhere", "Message")}
  vp(voter: String!, space: String!, proposal: String): Vp
  options: [Option]
}}

{_where("SpaceWhere", "id", "created", "search: String verified: Boolean turbo: Boolean")}
{
    _where(
        "ProposalWhere",
        "id ipfs space author network type app scores_state labels",
        "created updated start end votes scores_total_value",
        "app_not: String app_not_in: [String] title_contains: String validation: String"
        " strategies_contains: String plugins_contains: String state: String"
        " space_verified: Boolean flagged: Boolean",
    )
}
{_where("VoteWhere", "id ipfs space voter proposal reason app vp_state", "created vp")}
{_where("AliasWhere", "id ipfs address alias", "created")}
{_where("MessageWhere", "id address space type", "mci timestamp")}

type Space {{
  id: String!
  name: String
  about: String
  network: String
  symbol: String
  strategies: [Strategy]
  admins: [String]
  members: [String]
  moderators: [String]
  filters: SpaceFilters
  plugins: Any
  voting: SpaceVoting
  validation: Validation
  voteValidation: Validation
  activeProposals: Int
  proposalsCount: Int
  proposalsCount1d: Int
  proposalsCount7d: Int
  proposalsCount30d: Int
  verified: Boolean
  flagged: Boolean
  hibernated: Boolean
  turbo: Boolean
  created: Int!
  labels: [Label]
}}

type Label {{ id: String! name: String! description: String color: String! }}
type SpaceFilters {{ minScore: Float onlyMembers: Boolean }}

type SpaceVoting {{
  delay: Int
  period: Int
  type: String
  quorum: Float
  quorumType: String
  blind: Boolean
  hideAbstain: Boolean
  privacy: String
  aliased: Boolean
}}

type Strategy {{ name: String! network: String params: Any }}
type Validation {{ name: String! params: Any }}

type Proposal {{
  id: String!
  ipfs: String
  author: String!
  created: Int!
  updated: Int
  space: Space
  network: String!
  symbol: String!
  type: String
  strategies: [Strategy]!
  validation: Validation
  plugins: Any!
  title: String!
  body: String
  discussion: String!
  choices: [String]!
  labels: [String]!
  start: Int!
  end: Int!
  quorum: Float!
  quorumType: String!
  privacy: String
  snapshot: Int
  state: String
  link: String
  app: String
  scores: [Float]
  scores_by_strategy: Any
  scores_state: String
  scores_total: Float
  scores_total_value: Float
  scores_updated: Int
  votes: Int
  flagged: Boolean
}}

type Vote {{
  id: String!
  ipfs: String
  voter: String!
  created: Int!
  space: Space!
  proposal: Proposal
  choice: Any!
  metadata: Any
  reason: String
  app: String
  vp: Float
  vp_by_strategy: [Float]
  vp_state: String
}}

type Alias {{ id: String! ipfs: String address: String! alias: String! created: Int! }}

type Message {{
  mci: Int
  id: String
  ipfs: String
  address: String
  version: String
  timestamp: Int
  space: String
  type: String
  sig: String
  receipt: String
}}

type Vp {{ vp: Float vp_by_strategy: [Float] vp_state: String }}
type Option {{ name: String value: String }}
"""


@cache
def hub_schema() -> GraphQLSchema:
    """Build the schema, once."""
    return build_schema(_SDL)
