"""A browser with a wallet in it, without the browser: it asks what the page's script asks."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

Signing = Callable[[str, str], str]  # a method of EIP-1193 and a text; gives the signature


class PageRefusedError(Exception):
    """The page said no; the message is what a person would read."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(answer.get("text", ""))
        self.status = status
        self.problem = str(answer.get("problem", ""))
        self.title = str(answer.get("title", ""))


class Browser:
    """Opens a link as a person does who was given it in Discord."""

    def __init__(self, link: str, http: httpx.AsyncClient) -> None:
        parts = urlsplit(link)
        self._secret = parts.fragment
        self._base = link.partition("#")[0].removesuffix("s")
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._http = http

    async def ask(self, what: str, **fields: str) -> dict[str, Any]:
        """Ask the page's server something.

        Raises:
            PageRefusedError: It said no.
        """
        response = await self._http.post(
            f"{self._base}api/{what}",
            json={"secret": self._secret, **fields},
            headers={"Origin": self._origin, "Sec-Fetch-Site": "same-origin"},
        )
        answer: dict[str, Any] = response.json()
        if response.is_success:
            return answer
        raise PageRefusedError(response.status_code, answer)

    async def sign(self, address: str, signing: Signing) -> dict[str, Any]:
        """Connect a wallet, sign what is shown, and hand it over; gives what the page then says.

        Raises:
            PageRefusedError: It said no.
        """
        await self.ask("errand")
        prepared = await self.ask("prepare", address=address)
        signature = signing(prepared["method"], prepared["text"])
        return await self.ask("finish", address=address, signature=signature)


def signing_with(key: str) -> Signing:
    """Sign as a wallet does with this private key, which is good for play only."""

    def sign(method: str, text: str) -> str:
        is_message = method == "personal_sign"
        message = (
            encode_defunct(text=text)
            if is_message
            else encode_typed_data(full_message=json.loads(text))
        )
        signed = Account.sign_message(message, key)
        return f"0x{bytes(signed.signature).hex()}"

    return sign
