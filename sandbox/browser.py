"""A browser with a wallet in it, without the browser: it asks what the page's script asks."""

from typing import Any
from urllib.parse import urlsplit

import httpx

from sandbox.snapshot.provider import Provider


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
        """Ask the page's server something: `errand`, `prepare` or `finish`.

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

    async def sign(self, provider: Provider) -> dict[str, Any]:
        """Connect a wallet, sign what is shown, and hand it over; gives what the page then says.

        Raises:
            PageRefusedError: The page said no.
            ProviderError: The wallet did.
        """
        await self.ask("errand")
        (account,) = provider.request("eth_requestAccounts")
        prepared = await self.ask("prepare", address=account)
        signature = signed(provider, prepared)
        return await self.ask("finish", address=account, signature=signature)


def signed(provider: Provider, prepared: dict[str, Any]) -> str:
    """Have a wallet sign what the page prepared, in the words of its script.

    Raises:
        ProviderError: The wallet said no.
    """
    method, text, address = (prepared[name] for name in ("method", "text", "address"))
    params = ["0x" + text.encode().hex(), address] if method == "personal_sign" else [address, text]
    return str(provider.request(method, params))
