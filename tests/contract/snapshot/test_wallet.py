"""People in the sandbox do on Snapshot whatever a person may, and sign in a browser."""

import json
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from bot.gateways.snapshot.typed_data import DOMAIN
from sandbox.clock import SandboxClock
from sandbox.snapshot.exchange import RefusedError
from sandbox.snapshot.provider import Provider, ProviderError
from sandbox.snapshot.wallet import Wallet
from sandbox.snapshot.world import SnapshotWorld
from tests.contract.snapshot.conftest import load

SPACE = "usebraintrust.eth"
DAY = 86_400


@pytest.fixture
def author(world: SnapshotWorld) -> Wallet:
    return world.wallet("assent")


async def test_a_proposal_keeps_to_the_spaces_rules_by_itself(
    world: SnapshotWorld, author: Wallet
) -> None:
    rules = {"delay": 600, "period": 3 * DAY, "type": "basic", "privacy": "shutter"}
    world.space(SPACE, members=[author.address], voting=rules)

    made = world.proposal(await author.propose(SPACE, "Lower the fee", body="From 10 to 8."))

    assert made is not None
    assert (made.title, made.body, made.author) == (
        "Lower the fee",
        "From 10 to 8.",
        author.address,
    )
    assert (made.type, made.privacy, made.snapshot) == ("basic", "shutter", 500)
    assert (made.start - made.created, made.end - made.start) == (600, 3 * DAY)


async def test_any_field_of_a_proposal_can_be_chosen(world: SnapshotWorld, author: Wallet) -> None:
    choices = ["Ana", "Ben", "Cem"]
    made = world.proposal(
        await author.propose(SPACE, "Elect", type="ranked-choice", choices=choices, snapshot=7)
    )

    assert made is not None
    assert (made.type, made.choices, made.snapshot) == ("ranked-choice", choices, 7)


async def test_an_edit_changes_what_it_names(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    proposal_id = await author.propose(SPACE, "Fee", body="Text", start=author.now() + 600)
    clock.jump(5)

    await author.update(proposal_id, title="Lower the fee")

    edited = world.proposal(proposal_id)
    assert edited is not None
    assert (edited.title, edited.body) == ("Lower the fee", "Text")
    assert edited.updated == edited.created + 5


async def test_what_is_refused_is_said_in_the_sequencers_words(
    world: SnapshotWorld, author: Wallet
) -> None:
    stranger = world.wallet("stranger")
    proposal_id = await author.propose(SPACE, "Fee")

    with pytest.raises(RefusedError, match="only space authors can propose"):
        await stranger.propose(SPACE, "Mine")
    with pytest.raises(RefusedError, match="proposal already started"):
        await stranger.update(proposal_id, title="Mine")
    with pytest.raises(RefusedError, match="not authorized to archive proposal"):
        await stranger.delete(proposal_id)
    with pytest.raises(RefusedError, match="not authorized to flag proposal"):
        await stranger.flag(proposal_id)
    with pytest.raises(RefusedError, match="alias cannot be the same as the address"):
        await stranger.link(stranger.address)
    with pytest.raises(RefusedError, match="unknown proposal"):
        await stranger.delete("0x00")


async def test_a_deputy_does_everything_in_its_principals_name_but_link(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    deputy = world.wallet("deputy").acting_for(author.address)
    with pytest.raises(RefusedError, match="wrong alias"):
        await deputy.propose(SPACE, "Too early")
    await author.link(deputy.address)

    proposal_id = await deputy.propose(SPACE, "Fee", start=deputy.now() + 60)
    await deputy.update(proposal_id, title="Lower the fee")
    clock.jump(61)
    world.wallet("assent", power=5)
    await deputy.vote(proposal_id, 1)
    await deputy.delete(proposal_id)

    assert [vote.voter for vote in world.votes(proposal_id)] == [author.address]
    with pytest.raises(RefusedError, match="alias not allowed for the type: alias"):
        await deputy.link(world.wallet("third").address)


async def test_a_link_is_renewed_and_serves_one_address_alone(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    deputy = world.wallet("deputy")
    await author.link(deputy.address)
    clock.jump(29 * DAY)
    await author.link(deputy.address)
    clock.jump(29 * DAY)

    await deputy.acting_for(author.address).propose(SPACE, "Still linked")

    with pytest.raises(RefusedError, match="alias is already linked to another address"):
        await world.wallet("other").link(deputy.address)
    assert len(world.ledger.aliases) == 1


async def test_a_proposal_in_a_system_of_ones_own_breaks_whoever_votes(
    world: SnapshotWorld, author: Wallet, clock: SandboxClock
) -> None:
    proposal_id = await author.propose(SPACE, "Odd", type="custom")
    clock.jump(1)

    with pytest.raises(RefusedError) as broken:
        await world.wallet("mara", power=1).vote(proposal_id, 1)

    assert broken.value.status == 500


@pytest.mark.parametrize("as_text", [False, True])
def test_typed_data_is_signed_as_a_browser_does(*, as_text: bool, world: SnapshotWorld) -> None:
    vectors = load("eip712-vectors.json")
    if vectors is None:
        pytest.skip("set ASSENT_SHARED")
    mara = world.wallet("mara")
    for vector in vectors["vectors"]:
        data = vector["envelope"]["data"]
        typed = whole(data, as_text=as_text)

        signature = mara.sign_typed_data(json.dumps(typed))

        message = encode_typed_data(data["domain"], data["types"], data["message"])
        assert Account.recover_message(message, signature=signature) == mara.address


def whole(data: dict[str, Any], *, as_text: bool) -> dict[str, Any]:
    """What a page hands to a wallet; numbers often as text, since JavaScript's are not exact."""
    [primary] = [name for name in data["types"] if name != "EIP712Domain"]
    domain_types = [{"name": name, "type": "string"} for name in DOMAIN]
    message = {
        name: str(value) if as_text and isinstance(value, int) else value
        for name, value in data["message"].items()
    }
    return {
        "types": {"EIP712Domain": domain_types, primary: data["types"][primary]},
        "domain": data["domain"],
        "primaryType": primary,
        "message": message,
    }


@pytest.mark.parametrize("text", ["not JSON", "{}", '{"types": {}, "message": {}}'])
def test_what_is_no_typed_data_is_not_signed(text: str, world: SnapshotWorld) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the library says
        world.wallet("mara").sign_typed_data(text)


def test_a_text_is_signed_for_a_person_also_in_hexadecimal(world: SnapshotWorld) -> None:
    mara = world.wallet("mara")
    text = "assent.example wants you to sign in — Ünïcödé"

    signature = mara.sign_text(text)

    assert Account.recover_message(encode_defunct(text=text), signature=signature) == mara.address
    assert mara.sign_text("0x" + text.encode().hex()) == signature


def test_a_page_is_answered_as_by_a_wallet_in_the_browser(world: SnapshotWorld) -> None:
    mara = world.wallet("mara")
    provider = Provider(wallet=mara, chain_id=10)
    text = "0x" + b"Sign in".hex()
    typed = json.dumps(
        {
            "types": {
                "EIP712Domain": [{"name": "name", "type": "string"}],
                "Note": [{"name": "text", "type": "string"}],
            },
            "domain": {"name": "snapshot"},
            "primaryType": "Note",
            "message": {"text": "Hello"},
        }
    )

    assert provider.request("eth_requestAccounts") == [mara.address.lower()]
    assert provider.request("eth_accounts") == [mara.address.lower()]
    assert provider.request("eth_chainId") == "0xa"
    assert provider.request("personal_sign", [text, mara.address]) == mara.sign_text("Sign in")
    signed = provider.request("eth_signTypedData_v4", [mara.address, typed])
    assert signed == mara.sign_typed_data(typed)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("personal_sign", ["Sign in", "0x" + "11" * 20], 4100),
        ("eth_signTypedData_v4", ["MARA", "{}"], -32602),
        ("personal_sign", ["Sign in"], -32602),
        ("eth_sendTransaction", [{}], 4200),
    ],
)
def test_a_page_that_asks_for_something_wrong_is_told_so(
    method: str, params: list[Any], code: int, world: SnapshotWorld
) -> None:
    mara = world.wallet("mara")
    own = [mara.address if each == "MARA" else each for each in params]

    with pytest.raises(ProviderError) as refused:
        Provider(wallet=mara).request(method, own)

    assert refused.value.code == code


def test_its_owner_may_refuse_to_sign(world: SnapshotWorld) -> None:
    provider = Provider(wallet=world.wallet("mara"), is_willing=False)

    for method, params in (
        ("eth_requestAccounts", []),
        ("personal_sign", ["Sign in", provider.wallet.address]),
    ):
        with pytest.raises(ProviderError) as refused:
            provider.request(method, params)
        assert refused.value.code == 4001
