"""ABI decoding that a hostile contract can neither break nor slow down (pure)."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any, Final

from eth_abi.codec import ABICodec
from eth_abi.decoding import ContextFramesBytesIO, StringDecoder
from eth_abi.exceptions import DecodingError, EncodingError, ParseError
from eth_abi.registry import registry
from eth_utils.address import to_checksum_address
from typing_extensions import override

from bot.domain.types import Address

# A canonical encoding is read little more than once. What points at the same bytes again and
# again, to grow in memory, is not canonical, and is given up.
READS_PER_BYTE: Final = 4
READS_ALLOWED_ANYWAY: Final = 4096


class UndecodableDataError(ValueError):
    """The data is no encoding of these types."""


class BudgetedStream(ContextFramesBytesIO):
    """A stream that ends early when far more is read from it than it holds."""

    _spent = 0

    @override
    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        # An empty read costs as well, so that arrays of nothing come to an end.
        self._spent += len(data) or 1
        if self._spent > len(self.getbuffer()) * READS_PER_BYTE + READS_ALLOWED_ANYWAY:
            raise DecodingError("The data points at itself again and again.")
        return data


class ReplacingStringDecoder(StringDecoder):
    """Decodes what is not UTF-8 with replacement characters; by default the whole log is lost."""

    @override
    @staticmethod
    def decoder_fn(data: bytes, handle_string_errors: str = "replace") -> str:
        return data.decode("utf-8", errors="replace")


class _Codec(ABICodec):
    stream_class = BudgetedStream


def _codec() -> _Codec:
    private = copy(registry)
    private.unregister_decoder("string")
    private.register_decoder("string", ReplacingStringDecoder, label="string")
    return _Codec(private)


_CODEC: Final = _codec()


def decode(types: Sequence[str], data: bytes) -> tuple[Any, ...]:
    """Decode data as values of these types, as leniently as Solidity does.

    Raises:
        UndecodableDataError: The data is no encoding of these types.
    """
    try:
        return _CODEC.decode(types, data, strict=False)
    except (DecodingError, ParseError, OverflowError, ValueError) as error:
        raise UndecodableDataError(str(error)) from error


def encode(types: Sequence[str], values: Sequence[Any]) -> bytes:
    """Encode values as these types.

    Raises:
        UndecodableDataError: The values do not fit the types.
    """
    try:
        return _CODEC.encode(types, values)
    except (EncodingError, ParseError, OverflowError, ValueError, TypeError) as error:
        raise UndecodableDataError(str(error)) from error


@lru_cache(maxsize=1 << 14)
def checksummed(address: str) -> Address:
    """Return an address in its checksummed form; the same few vote again and again.

    Raises:
        ValueError: It is none.
    """
    return Address(to_checksum_address(address))


def octets(text: str) -> bytes:
    """Read `0x` and hex digits.

    Raises:
        ValueError: They are none.
    """
    return bytes.fromhex(text.removeprefix("0x"))


def counted(text: str) -> int:
    """Read how many blocks, seconds or logs there are, in hex; none needs more than 63 bits.

    Raises:
        ValueError: It is no such number.
    """
    number = int(text, 16)
    if not 0 <= number < 1 << 63:
        raise ValueError(text)
    return number
