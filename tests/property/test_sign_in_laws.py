"""Whatever a member calls themselves, the message they sign stays the one of the standard."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sign_in import SignIn, statement
from bot.domain.types import Address, ChainId, GuildId, UnixSeconds, UserId

ADDRESS = Address("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
# EIP-4361's grammar, as far as we write it; a statement is of RFC 3986's characters and spaces.
GRAMMAR = re.compile(
    r"(?P<domain>[^\s/]+) wants you to sign in with your Ethereum account:\n"
    r"(?P<address>0x[0-9a-fA-F]{40})\n\n"
    r"(?P<statement>[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;= -]+)\n\n"
    r"URI: (?P<uri>\S+)\nVersion: 1\nChain ID: (?P<chain>\d+)\nNonce: (?P<nonce>[A-Za-z0-9]{8,})\n"
    r"Issued At: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\nExpiration Time: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
)


@given(
    st.text(max_size=200),
    st.integers(1, 2**63 - 1),
    st.integers(1, 2**63 - 1),
    st.integers(0, 250_000_000_000),
)
def test_the_message_keeps_to_the_grammar(name: str, user: int, guild: int, moment: int) -> None:
    message = SignIn(
        domain="gov.example.org:8443",
        uri="https://gov.example.org:8443/s",
        address=ADDRESS,
        statement=statement(UserId(user), name, GuildId(guild)),
        chain_id=ChainId(1),
        nonce="0f" * 16,
        issued_at=UnixSeconds(moment),
    )
    read = GRAMMAR.fullmatch(message.text)
    assert read is not None, message.text
    assert str(user) in read["statement"]
    assert str(guild) in read["statement"]
