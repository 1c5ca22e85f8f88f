"""Snapshot's rules before it is asked: what blocks, in which words, and what stays open."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.drafting.checklist import Check, CheckState, findings
from bot.domain.offchain.alias import Alias
from bot.domain.offchain.author import NOBODY, Author, AuthorKind, author_of
from bot.domain.offchain.messages import ProposalMessage
from bot.domain.offchain.preflight import Facts, preflight, wording
from bot.domain.offchain.snapshot import (
    Counts,
    Space,
    SpaceLimits,
    VotingType,
    privacy_of,
)
from bot.domain.types import (
    Address,
    BlockNumber,
    ChainId,
    Seconds,
    SpaceId,
    UnixSeconds,
    UserId,
)
from tests.builders import GUILD

DAY = 86_400
NOW = UnixSeconds(1_800_000_000)
BOT = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
WALLET = Address("0x799ebfABE77a6E34311eeEe9825190B9ECe32824")
SPACE = Space(
    id=SpaceId("usebraintrust.eth"),
    name="Braintrust",
    network="1",
    symbol="BTRST",
    members=(BOT,),
    moderators=(),
    admins=(),
    only_members=True,
    voting_delay=None,
    voting_period=None,
    voting_type=None,
    privacy="",
    quorum=None,
    hibernated=False,
    verified=True,
    turbo=False,
    validation="basic",
    vote_validation="any",
    strategies=("erc20-balance-of",),
)
LIMITS = SpaceLimits(
    body_units=10_000, choices=20, proposals_a_day=3, proposals_a_month=5, open_of_author=2
)
NOTHING_YET = Counts(created=(), open_until=(), hub_time=NOW)
MESSAGE = ProposalMessage(
    author=BOT,
    space=SPACE.id,
    timestamp=NOW,
    type=VotingType.SINGLE_CHOICE,
    title="Lower the fee",
    body="Why.",
    discussion="https://discord.com/channels/1/2",
    choices=("Yes", "No"),
    start=NOW,
    end=UnixSeconds(NOW + 3 * DAY),
    snapshot_block=BlockNumber(20_000_000),
)
FACTS = Facts(
    space=SPACE,
    limits=LIMITS,
    counts=NOTHING_YET,
    author=Author(kind=AuthorKind.KEY, address=BOT),
    envelope_units=2_000,
    chains=frozenset({ChainId(1)}),
    now=NOW,
    block_time=NOW,
)
ALIAS = Alias(guild_id=GUILD, principal=WALLET, alias=BOT, user_id=UserId(1), signed_at=NOW)


def look(message: ProposalMessage = MESSAGE, **changes: Any) -> tuple[Check, ...]:
    """Check a message against facts of which some are changed; `space` takes fields of it."""
    space = replace(SPACE, **changes.pop("space", {}))
    facts = replace(FACTS, space=space, **changes)
    return (*wording(message, facts.limits), *preflight(message, facts))


def item(name: str, *checks: Check) -> Check:
    (found,) = [check for check in checks if check.name == name]
    return found


def test_a_message_that_fits_has_nothing_against_it() -> None:
    assert {check.state for check in look()} == {CheckState.DONE}


def many(age: int, count: int) -> Counts:
    return replace(NOTHING_YET, created=(UnixSeconds(NOW - age),) * count)


@pytest.mark.parametrize(
    ("message", "facts", "finding"),
    [
        # The space
        ({}, {"space": {"hibernated": True}}, "is hibernated; an admin has to reactivate it"),
        ({}, {"space": {"network": "137"}}, "no JSON-RPC address is set for it: the operator"),
        (
            {},
            {"space": {"only_members": False, "validation": "any"}},
            "lets anybody propose, which Snapshot takes no more: an admin",
        ),
        ({}, {"space": {"strategies": ("ticket",)}}, "checks no voter"),
        # The author
        ({}, {"space": {"members": ()}}, f"Only authors may propose in {SPACE.id}: add {BOT}"),
        # How it is voted
        (
            {},
            {"space": {"voting_type": VotingType.APPROVAL}},
            "The space only takes votes of the type “approval”.",
        ),
        ({"type": VotingType.CUSTOM}, {}, "choose another voting system"),
        ({}, {"space": {"voting_period": Seconds(60)}}, "fixes the voting period at 1 minute"),
        ({}, {"space": {"voting_delay": Seconds(60)}}, "starts 1 minute after its signing"),
        ({}, {"space": {"privacy": "shutter"}}, "only takes votes of the privacy “shutter”"),
        ({}, {"space": {"privacy": "veil"}}, "privacy “veil”, which Assent does not know"),
        ({"end": NOW}, {}, "a date that Snapshot does not take"),
        ({"end": UnixSeconds(2_000_000_001)}, {}, "a date that Snapshot does not take"),
        # The texts
        ({"title": " "}, {}, "The title is empty."),
        ({"title": "x" * 257}, {}, "The title is 1 characters too long: Snapshot takes 256."),
        ({"body": "🗳" * 5_001}, {}, "The text is 2 characters too long: the space takes 10,000."),
        ({"choices": ("Yes",)}, {}, "There have to be 2 to 20 choices"),
        ({"choices": tuple(map(str, range(21)))}, {}, "There have to be 2 to 20 choices"),
        ({"choices": ("Yes", "Yes")}, {}, "Two choices read the same."),
        ({"choices": ("Yes", "x" * 257)}, {}, "A choice is longer than 256 characters."),
        ({"choices": ("Yes", " ")}, {}, "A choice is empty."),
        (
            {"type": VotingType.BASIC, "choices": ("A", "B", "C", "D")},
            {},
            "A basic vote has two choices, for and against, or three with abstain",
        ),
        ({"discussion": "https://x.org/" + "x" * 250}, {}, "longer than 256 characters"),
        ({"discussion": "ftp://x.org"}, {}, "no address of the web, IPFS, IPNS or Snapshot"),
        ({"labels": ("too-long-an-id",)}, {}, "has a form Snapshot refuses"),
        ({}, {"envelope_units": 100_001}, "1 characters too long: Snapshot takes 100,000"),
        # How many
        ({}, {"counts": many(DAY - 1, 3)}, "has 3 of the 3 proposals that its plan allows in 24 h"),
        ({}, {"counts": many(29 * DAY, 5)}, "has 5 of the 5 proposals that its plan allows in 30"),
        # The clocks
        (
            {},
            {"counts": replace(NOTHING_YET, hub_time=UnixSeconds(NOW + 121)), "block_time": None},
            "is 2 minutes behind Snapshot's; more than 2 minutes is too much",
        ),
        (
            {},
            {"counts": replace(NOTHING_YET, hub_time=None), "block_time": UnixSeconds(NOW + 600)},
            "is 10 minutes behind the newest block of the space's chain",
        ),
        (
            {},
            {"counts": replace(NOTHING_YET, hub_time=UnixSeconds(NOW - 3 * 3_600))},
            "is 3 hours ahead of Snapshot's",
        ),
        (
            {},
            {
                "counts": replace(NOTHING_YET, hub_time=None),
                "block_time": UnixSeconds(NOW - 7_200),
            },
            "is 2 hours ahead of the newest block of the space's chain",
        ),
    ],
)
def test_each_rule_blocks_and_says_what_to_do(
    message: dict[str, Any], facts: dict[str, Any], finding: str
) -> None:
    (found,) = findings(look(replace(MESSAGE, **message), **facts))
    assert finding in found


@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ({}, {"space": {"members": (), "moderators": (BOT,)}}),
        ({}, {"space": {"members": (), "admins": (Address(BOT.lower()),)}}),
        ({}, {"space": {"members": (), "only_members": False}}),
        ({}, {"space": {"voting_type": VotingType.SINGLE_CHOICE, "privacy": "any"}}),
        ({"privacy": "shutter"}, {"space": {"privacy": "shutter"}}),
        ({}, {"space": {"voting_period": Seconds(3 * DAY)}}),
        ({}, {"space": {"strategies": ("ticket",), "vote_validation": "passport-gated"}}),
        ({"body": "x" * 10_000}, {}),
        ({"title": "🗳" * 256}, {}),
        ({"discussion": ""}, {}),
        ({"discussion": "ipfs://bafy"}, {}),
        ({"type": VotingType.BASIC, "choices": ("A", "B", "C")}, {}),
        ({}, {"counts": many(DAY, 4)}),
        ({}, {"counts": many(30 * DAY, 9)}),
        ({}, {"envelope_units": 100_000}),
        ({}, {"block_time": UnixSeconds(NOW - 120)}),
    ],
)
def test_what_is_within_the_rules_passes(message: dict[str, Any], facts: dict[str, Any]) -> None:
    assert findings(look(replace(MESSAGE, **message), **facts)) == ()


def test_limits_count_at_the_moment_of_signing() -> None:
    counts = many(DAY - 1, 3)
    later = replace(MESSAGE, timestamp=UnixSeconds(NOW + 2), start=UnixSeconds(NOW + 2))
    assert findings(look(counts=counts)) != ()
    assert findings(look(later, counts=counts)) == ()


def test_open_proposals_count_for_who_is_no_member() -> None:
    busy = replace(NOTHING_YET, open_until=(UnixSeconds(NOW + 1),) * 2)
    assert findings(look(counts=busy)) == ()
    (found,) = findings(look(counts=busy, space={"members": (), "only_members": False}))
    assert found.startswith(f"{BOT} has 2 open proposals on Snapshot, and 2 are allowed")


def test_a_limit_that_could_not_be_read_is_unknown() -> None:
    unread = SpaceLimits(body_units=None, choices=None)
    assert findings(look(limits=unread, counts=many(1, 500))) == ()
    (found,) = findings(look(replace(MESSAGE, body="x" * 10_001), limits=unread))
    assert "the space takes 10,000" in found, "what Snapshot documents"


def test_what_only_scores_can_tell_is_open_and_blocks_nothing() -> None:
    author = item("Author", *look(space={"members": (), "only_members": False}))
    assert author.state is CheckState.OPEN
    assert "Snapshot checks when it is posted" in author.detail


def test_who_signs_in_the_browser_is_known_when_they_do() -> None:
    by = Author(kind=AuthorKind.BROWSER, address=None)
    author = item("Author", *look(replace(MESSAGE, author=NOBODY), author=by))
    assert author.state is CheckState.OPEN
    assert f"only authors, moderators and admins of {SPACE.id} may" in author.detail


def test_clocks_that_nobody_could_read_are_compared_later() -> None:
    silent = replace(NOTHING_YET, hub_time=None)
    assert item("Clocks", *look(block_time=None)).state is CheckState.OPEN
    assert "Snapshot did not tell" in item("Clocks", *look(counts=silent)).detail


def test_a_node_that_is_behind_is_told_where_the_hub_agrees_with_us() -> None:
    clock = item("Clocks", *look(block_time=UnixSeconds(NOW - 600)))
    assert clock.state is CheckState.OPEN
    assert (
        "10 minutes old: its node is behind, or the chain stands still, and voting power"
        in clock.detail
    )


def test_an_alias_names_its_principal_as_the_author() -> None:
    author = author_of(BOT, ALIAS, can_sign_in_browser=True)
    assert author == Author(kind=AuthorKind.ALIAS, address=WALLET, alias=ALIAS)
    assert author_of(WALLET, ALIAS, can_sign_in_browser=True) == Author(
        kind=AuthorKind.KEY, address=WALLET
    ), "an alias of a key that was changed is void"
    space = {"members": (WALLET,)}
    assert "by an alias" in item("Author", *look(author=author, space=space)).detail


def test_an_alias_that_does_not_hold_blocks() -> None:
    old = replace(ALIAS, signed_at=UnixSeconds(NOW - 30 * DAY))
    author = author_of(BOT, old, can_sign_in_browser=False)
    (found,) = findings(look(author=author, space={"members": (WALLET,)}))
    assert "is over by then: it holds for 30 days" in found


def test_without_a_key_and_without_a_page_nobody_signs() -> None:
    assert author_of(None, ALIAS, can_sign_in_browser=False) is None
    browser = author_of(None, None, can_sign_in_browser=True)
    assert browser == Author(kind=AuthorKind.BROWSER, address=None)


@pytest.mark.parametrize(("demand", "posted"), [("", ""), ("any", ""), ("shutter", "shutter")])
def test_the_space_decides_on_privacy(demand: str, posted: str) -> None:
    assert privacy_of(replace(SPACE, privacy=demand)) == posted


def test_the_plan_is_the_best_that_a_space_has() -> None:
    plans = [
        replace(SPACE, turbo=True, flagged=True).plan,
        replace(SPACE, flagged=True).plan,
        replace(SPACE, verified=False, flagged=True).plan,
        replace(SPACE, verified=False).plan,
    ]
    assert plans == ["turbo", "verified", "flagged", "default"]
