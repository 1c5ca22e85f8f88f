from dataclasses import replace

import pytest

from bot.domain.sign_in import LASTS, NONCE_LENGTH, SignIn, statement
from bot.domain.types import Address, ChainId, GuildId, UnixSeconds, UserId

MESSAGE = SignIn(
    domain="gov.example.org",
    uri="https://gov.example.org/assent/s",
    address=Address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    statement=statement(UserId(7), "mara", GuildId(900)),
    chain_id=ChainId(10),
    nonce="0f" * 16,
    issued_at=UnixSeconds(1_800_000_000),
)


def test_the_message_reads_as_the_standard_writes_it() -> None:
    assert MESSAGE.text.split("\n") == [
        "gov.example.org wants you to sign in with your Ethereum account:",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "",
        (
            "I link this wallet to the Discord member mara (id 7) in the server with the id 900. "
            "Signing is free, moves no funds and gives nobody access to the wallet."
        ),
        "",
        "URI: https://gov.example.org/assent/s",
        "Version: 1",
        "Chain ID: 10",
        "Nonce: 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
        "Issued At: 2027-01-15T08:00:00Z",
        "Expiration Time: 2027-01-15T08:10:00Z",
    ]


def test_it_is_good_for_ten_minutes() -> None:
    assert MESSAGE.expires_at - MESSAGE.issued_at == LASTS == 600


def test_a_nonce_is_long_enough_for_the_standard() -> None:
    assert len(MESSAGE.nonce) >= NONCE_LENGTH
    assert MESSAGE.nonce.isalnum()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Mara\nURI: https://evil.example",
        "\u202eara",
        "'; DROP TABLE",
        "用户",
        "x" * 500,
        "\0\x1b[31m",
        "<script>alert(1)</script>",
    ],
)
def test_a_name_adds_no_line_and_nothing_the_standard_does_not_allow(name: str) -> None:
    said = statement(UserId(7), name, GuildId(900))
    assert said.isascii()
    assert said.isprintable()
    assert not set(said) & set('"<>\\^`{|}%\n')
    assert "7" in said
    text = replace(MESSAGE, statement=said).text
    assert len(text.split("\n")) == len(MESSAGE.text.split("\n"))
