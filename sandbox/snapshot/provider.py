"""A wallet in the browser: what a page finds as `window.ethereum`, by EIP-1193."""

from dataclasses import dataclass
from typing import Any

from sandbox.snapshot.wallet import Wallet

_REJECTED = 4001
_UNAUTHORISED = 4100
_UNSUPPORTED = 4200
_INVALID = -32602


class ProviderError(Exception):
    """The wallet says no; a page gets the code and the message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True, kw_only=True)
class Provider:
    """One account on one chain. `is_willing` is whether its owner presses "confirm"."""

    wallet: Wallet
    chain_id: int = 1
    is_willing: bool = True

    def request(self, method: str, params: list[Any] | None = None) -> Any:
        """Answer a page.

        Raises:
            ProviderError: The owner refuses, the page asks in the name of another account, or it
                asks for something that is not served here.
        """
        asked = params or []
        match method:
            case "eth_chainId":
                return hex(self.chain_id)
            case "eth_accounts":
                return [self.wallet.address.lower()]
            case "eth_requestAccounts":
                self._require_consent()
                return [self.wallet.address.lower()]
            case "eth_signTypedData_v4":
                return self._typed_data(self._addressed(*asked[:2]))
            case "personal_sign":
                return self.wallet.sign_text(self._addressed(*asked[1::-1]))
        raise ProviderError(_UNSUPPORTED, f"The method {method} is not supported.")

    def _addressed(self, address: Any = None, message: Any = None) -> str:
        """Give what one of the wallet's accounts is to sign."""
        if not isinstance(address, str) or not isinstance(message, str):
            raise ProviderError(_INVALID, "An account and a message are expected.")
        if address.lower() != self.wallet.address.lower():
            raise ProviderError(_UNAUTHORISED, "This account is not the wallet's.")
        self._require_consent()
        return message

    def _typed_data(self, text: str) -> str:
        try:
            return self.wallet.sign_typed_data(text)
        except (ValueError, TypeError, LookupError) as error:
            raise ProviderError(_INVALID, f"This is no typed data: {error}") from error

    def _require_consent(self) -> None:
        if not self.is_willing:
            raise ProviderError(_REJECTED, "User rejected the request.")
