"""/governance policy: shown, set, exported and imported by people in Discord."""

import pytest

from sandbox.discord.uploads import Upload
from tests.simulation.discord.home import Assent, Home, read
from tests.simulation.discord.test_authority import read_reply

THRESHOLD = "support.threshold"


def toml(text: str) -> Upload:
    return Upload(name="policy.toml", content=text.encode())


@pytest.mark.usefixtures("assent")
async def test_everybody_reads_the_policy(home: Home) -> None:
    reply = await home.kofi.run("/governance policy show", home.general)
    assert reply.ephemeral
    for words in ("`threshold` **2**", "[Temperature Check] -", "`emoji` **👍**"):
        assert words in read_reply(reply)
    assert b"support.threshold = 2" in reply.files["policy.toml"]


@pytest.mark.usefixtures("assent")
async def test_one_value_is_explained(home: Home) -> None:
    reply = await home.kofi.run("/governance policy show", home.general, name=THRESHOLD)
    assert "How many members have to support an idea" in reply.text
    assert "a whole number from 1" in reply.text


async def test_a_change_says_before_and_after_and_cards_follow(assent: Assent, home: Home) -> None:
    await home.speak()
    assert "of 2" in read(home.card())
    reply = await home.owner.run("/governance policy set", home.general, name=THRESHOLD, value="3")
    assert "2 → 3" in read_reply(reply).replace("*", "")
    await assent.settle()
    assert "of 3" in read(home.card())
    assert home.rows("SELECT actor_id, what FROM history ORDER BY id DESC LIMIT 1") == [
        (home.owner.id, f"policy {THRESHOLD}: 2 → 3")
    ]


async def test_a_lower_threshold_makes_ready_what_has_enough(assent: Assent, home: Home) -> None:
    await home.speak()
    await assent.support(home.card(), home.joel)
    assert home.phase() == "idea"
    await home.owner.run("/governance policy set", home.general, name=THRESHOLD, value="1")
    assert home.phase() == "ready"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        (THRESHOLD, "many", "a whole number"),
        ("temperature.choices", "Yes, No, Maybe", "exactly two"),
        ("support.thresh", "3", "has no value"),
        (THRESHOLD, "2", "is 2 already"),
    ],
)
@pytest.mark.usefixtures("assent")
async def test_what_cannot_be_is_refused_and_changes_nothing(
    home: Home, name: str, value: str, why: str
) -> None:
    before = home.memory()
    reply = await home.owner.run("/governance policy set", home.general, name=name, value=value)
    assert why in read_reply(reply)
    assert home.memory() == before


@pytest.mark.usefixtures("assent")
async def test_only_administrators_change_the_policy(home: Home) -> None:
    before = home.memory()
    for person in (home.kofi, home.ana):
        reply = await person.run("/governance policy set", home.general, name=THRESHOLD, value="1")
        assert "Manage Server" in reply.text
        reply = await person.run(
            "/governance policy import", home.general, file=toml("support.threshold = 1")
        )
        assert "Manage Server" in reply.text
    assert home.memory() == before


@pytest.mark.usefixtures("assent")
async def test_names_and_values_are_offered_while_one_types(home: Home) -> None:
    command = "/governance policy set"
    names = await home.owner.autocomplete(command, home.general, name="quor")
    assert [each.value for each in names] == [
        "temperature.quorum",
        "consensus.quorum",
        "chain.large_votes",  # whose meaning speaks of it
    ]
    assert "How much has to be cast" in names[0].name
    assert len(await home.owner.autocomplete(command, home.general, name="")) == 25
    values = await home.owner.autocomplete(command, home.general, name="votes.steps", value="")
    assert [each.value for each in values] == ["temperature, consensus", "none", "consensus"]
    assert "as it is now" in values[0].name
    typed = await home.owner.autocomplete(command, home.general, name=THRESHOLD, value="17")
    assert typed[0].value == "17"
    assert await home.owner.autocomplete(command, home.general, name="nothing", value="1") == []


@pytest.mark.usefixtures("assent")
async def test_an_export_that_is_imported_changes_nothing(home: Home) -> None:
    exported = await home.kofi.run("/governance policy export", home.general)
    file = Upload(name="policy.toml", content=exported.files["policy.toml"])
    reply = await home.owner.run("/governance policy import", home.general, file=file)
    assert "nothing to change" in reply.text


@pytest.mark.usefixtures("assent")
async def test_a_file_is_shown_and_then_confirmed(home: Home) -> None:
    file = toml('support.threshold = 5\nideas.topics = ["fees", "gifts"]')
    offer = await home.owner.run("/governance policy import", home.general, file=file)
    assert "2 → 5" in read_reply(offer).replace("*", "")
    assert home.rows(
        "SELECT json_extract(body, '$.policy.support_threshold') FROM communities"
    ) == [(2,)]
    done = await home.owner.press(offer, "Change the policy so")
    assert "The policy is changed" in done.text
    assert home.rows(
        "SELECT json_extract(body, '$.policy.support_threshold') FROM communities"
    ) == [(5,)]
    again = await home.owner.press(offer, "Change the policy so")
    assert "dealt with already" in again.text


@pytest.mark.usefixtures("assent")
async def test_what_is_confirmed_is_what_was_shown(home: Home) -> None:
    file = toml("support.threshold = 5")
    offer = await home.owner.run("/governance policy import", home.general, file=file)
    await home.owner.run("/governance policy set", home.general, name=THRESHOLD, value="4")
    late = await home.owner.press(offer, "Change the policy so")
    assert "was changed since you saw this" in late.text
    assert home.rows(
        "SELECT json_extract(body, '$.policy.support_threshold') FROM communities"
    ) == [(4,)]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "no text"),
        (b"support.threshold = 0\nvotes.steps = 1", "votes.steps has to be"),
        (b"]", "no TOML"),
        (b"# " + b"x" * 70_000, "at most"),
    ],
)
@pytest.mark.usefixtures("assent")
async def test_a_bad_file_is_refused_and_changes_nothing(
    home: Home, content: bytes, why: str
) -> None:
    before = home.memory()
    file = Upload(name="policy.toml", content=content)
    reply = await home.owner.run("/governance policy import", home.general, file=file)
    assert why in read_reply(reply)
    assert home.memory() == before
