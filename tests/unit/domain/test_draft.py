"""What a draft starts from, what keeps it from being published, what is signed."""

from dataclasses import replace

import pytest

from bot.domain.drafting.checklist import Around, checklist
from bot.domain.drafting.checklist import findings as missing
from bot.domain.drafting.draft import (
    Draft,
    Posting,
    Section,
    bare_title,
    first_draft,
    message,
    parse_choices,
    refined_draft,
)
from bot.domain.drafting.review import Review
from bot.domain.offchain.snapshot import Label, Space, SpaceLimits
from bot.domain.policy import BRAINTRUST, Policy
from bot.domain.types import Address, BlockNumber, Seconds, SpaceId, UnixSeconds
from tests import builders
from tests.builders import MARA

BOT = Address("0x1a0D3d5a43e53510f80F16905Bc96e907A47dD01")
FREE = SpaceLimits(body_units=None, choices=None)
NOW = UnixSeconds(1_000)
DRAFT = first_draft(builders.proposal(), BRAINTRUST, "https://discord.com/1", MARA, NOW)
CONSENSUS = refined_draft(DRAFT, BRAINTRUST, "Passed.", NOW)
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
)


def findings(draft: Draft, policy: Policy, limits: SpaceLimits, discussion: str) -> list[str]:
    review = Review(needed=0, revision=draft.revision)
    around = Around(policy=policy, limits=limits, discussion=discussion, review=review)
    return list(missing(checklist(draft, around)))


def test_a_first_draft_can_be_published_as_it_is() -> None:
    assert findings(DRAFT, BRAINTRUST, FREE, "") == []
    assert findings(CONSENSUS, BRAINTRUST, FREE, "") == []


def test_a_draft_without_a_thread_names_none() -> None:
    draft = first_draft(builders.proposal(), BRAINTRUST, "", MARA, NOW)
    assert draft.body.endswith("Proposed by mara as BTRST-1.")


def test_the_title_to_bear_on_chain_has_no_prefix() -> None:
    for draft in (DRAFT, CONSENSUS):
        assert bare_title(draft.title, BRAINTRUST) == "Lower the marketplace fee"


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"title": "Fee"}, "The title has to begin with “[Temperature Check] - ”."),
        ({"title": "[Temperature Check] - "}, "The title is empty."),
        (
            {"title": "[Temperature Check] - " + "x" * 240},
            "The title is 6 characters too long: Snapshot takes 256.",
        ),
        ({"sections": (), "credit": ""}, "The text is empty: say what should change, and why."),
        (
            {"sections": (Section(name="", text="🗳" * 5_001),), "credit": ""},
            "The text is 2 characters too long: the space takes 10,000.",
        ),
        ({"choices": ("Yes",)}, "The choices of a Temperature Check are Yes, No."),
    ],
)
def test_what_a_draft_lacks_is_said_with_what_to_do(
    changes: dict[str, object], finding: str
) -> None:
    draft = replace(DRAFT, **changes)  # type: ignore[arg-type] # from keywords
    assert finding in findings(draft, BRAINTRUST, FREE, "")


@pytest.mark.parametrize(
    ("choices", "finding"),
    [
        (("Make no change",), "There have to be 2 to 20 choices, one a line."),
        (
            (*(str(n) for n in range(20)), "Make no change"),
            "There have to be 2 to 20 choices, one a line.",
        ),
        (("A", "A", "Make no change"), "Two choices read the same."),
        (("x" * 257, "Make no change"), "A choice is longer than 256 characters."),
        (("A", "B"), "One of the choices has to be “Make no change”."),
    ],
)
def test_choices_have_to_be_several_different_and_short(
    choices: tuple[str, ...], finding: str
) -> None:
    assert findings(replace(CONSENSUS, choices=choices), BRAINTRUST, FREE, "") == [finding]


def test_a_space_with_a_larger_plan_takes_more() -> None:
    plan = SpaceLimits(body_units=40_000, choices=1_000)
    long = replace(CONSENSUS, sections=(Section(name="", text="x" * 40_000),), credit="")
    assert findings(long, BRAINTRUST, plan, "") == []


def test_a_discussion_link_that_is_too_long_is_found() -> None:
    found = findings(DRAFT, BRAINTRUST, FREE, "https://" + "x" * 250)
    assert found == ["The discussion link is longer than 256 characters."]


def test_start_and_end_come_from_the_moment_of_signing() -> None:
    posting = Posting(author=BOT, discussion="", snapshot_block=BlockNumber(5), now=NOW)
    delayed = replace(SPACE, voting_delay=Seconds(60))
    signed = message(CONSENSUS, BRAINTRUST, delayed, posting)
    assert (signed.timestamp, signed.start) == (NOW, NOW + 60)
    assert signed.end - signed.start == BRAINTRUST.consensus.voting_period
    assert (signed.author, signed.snapshot_block) == (BOT, 5)


def test_choices_are_read_one_a_line() -> None:
    assert parse_choices(" Yes \n\n  Make   no change\r\nNo") == ("Yes", "Make no change", "No")
    assert parse_choices(" \n ") == ()


@pytest.mark.parametrize(
    ("topic", "ids"),
    [
        ("fees", ("fee1",)),
        ("FEES ", ("fee1",)),
        ("treasury", ()),
        ("", ()),
        ("long", ()),
        ("twice", ("a", "b")),
    ],
)
def test_a_topic_is_posted_as_the_label_of_its_name(topic: str, ids: tuple[str, ...]) -> None:
    labels = [
        ("fee1", "Fees"),
        ("toolongid", "long"),
        ("ü", "long"),
        ("a", "twice"),
        ("b", "Twice"),
    ]
    space = replace(SPACE, labels=tuple(Label(id=id_, name=name) for id_, name in labels))
    posting = Posting(
        author=BOT, discussion="", snapshot_block=BlockNumber(5), now=NOW, topic=topic
    )
    assert message(DRAFT, BRAINTRUST, space, posting).labels == ids
