"""Sourcify: ABIs of contracts whose source was verified, and signatures by their selectors.

Asked only where the operator has switched it on. One request for each contract, or each selector.
"""

import re
from collections.abc import Collection
from typing import Any, Final

import httpx

from bot.domain.onchain.contract import Function
from bot.domain.types import Address, ChainId
from bot.gateways.chain.calling.abi import functions_of
from bot.gateways.chain.errors import ChainError

_NOT_FOUND: Final = 404
_MOST_BYTES: Final = 4 * 1024 * 1024  # of one answer
_MOST_SIGNATURES: Final = 3  # for one selector
_TIMEOUT_SECONDS: Final = 5.0
_SELECTOR: Final = re.compile(r"0x[0-9a-f]{8}")


class SourceError(ChainError):
    """Sourcify could not be asked: whether a contract is published is not known."""


class Sourcify:
    """Reads Sourcify's two interfaces; every method may raise `SourceError`."""

    def __init__(self, http: httpx.AsyncClient, contracts_url: str, signatures_url: str) -> None:
        """Take an open client and where the two interfaces are, without a slash at the end."""
        self._http = http
        self._contracts_url = contracts_url
        self._signatures_url = signatures_url

    async def functions(self, chain_id: ChainId, address: Address) -> tuple[Function, ...]:
        """Give the functions of a contract; none: its source is not verified there.

        Source: Sourcify APIv2, `GET /v2/contract/{chainId}/{address}?fields=abi`.
        """
        url = f"{self._contracts_url}/v2/contract/{int(chain_id)}/{address}"
        return functions_of(await self._json(url, {"fields": "abi"}))

    async def signatures(self, selectors: Collection[str]) -> dict[bytes, tuple[str, ...]]:
        """Give the signatures that are known for selectors: guesses, that have to be checked.

        Source: Sourcify's signature database, `GET /signature-database/v1/lookup`.
        """
        asked = [each for each in dict.fromkeys(selectors) if _SELECTOR.fullmatch(each)]
        if not asked:
            return {}
        url = f"{self._signatures_url}/signature-database/v1/lookup"
        answer = await self._json(url, {"function": ",".join(asked), "filter": "true"})
        found = _at(_at(answer, "result"), "function")
        return {bytes.fromhex(each[2:]): _named(_at(found, each)) for each in asked}

    async def _json(self, url: str, parameters: dict[str, str]) -> Any:
        try:
            answer = await self._http.get(url, params=parameters, timeout=_TIMEOUT_SECONDS)
            if answer.status_code == _NOT_FOUND:
                return None
            answer.raise_for_status()
            if len(answer.content) > _MOST_BYTES:
                raise SourceError("Sourcify's answer is larger than an ABI can be.")
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SourceError(f"Sourcify did not answer ({type(error).__name__}).") from None


def _at(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _named(rows: Any) -> tuple[str, ...]:
    if not isinstance(rows, list):
        return ()
    names = [_at(row, "name") for row in rows[:_MOST_SIGNATURES]]
    return tuple(name for name in names if isinstance(name, str))
