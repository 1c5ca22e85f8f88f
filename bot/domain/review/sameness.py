"""Whether a value on chain is the one that a draft names: yes, no, or it cannot be told."""

import re
from decimal import Decimal, InvalidOperation

from bot.domain.onchain.call import Argument

_CUT = 499  # characters: a longer text on chain may have been shortened
_NUMBER = re.compile(r"-?\d[\d,_' ]{0,90}(?:\.\d{1,40})?", re.ASCII)
_AMOUNT = re.compile(r"(-?\d[\d,_' ]{0,90}(?:\.\d{1,40})?)\s*([A-Za-z$€%][\w$%]{0,15})", re.ASCII)
_ADDRESS = re.compile(r"0x[0-9a-f]{40}", re.IGNORECASE)
_TRUTHS = {"true": "true", "yes": "true", "false": "false", "no": "false"}
_DECIMALS = {"wei": 0, "gwei": 9}
_COIN_DECIMALS = 18


def is_same_argument(argument: Argument, named: str) -> bool | None:
    """Hold an argument against what the draft says of it; `None`: it cannot be told."""
    if argument.meaning and _worded(argument.meaning).casefold() == _worded(named).casefold():
        return True
    if argument.type.endswith("]") or argument.type.startswith("("):
        return _is_same_list(argument, named)
    if argument.type.startswith(("uint", "int")):
        return _is_same_number(argument, named)
    if argument.type in ("bool", "address"):
        return _is_same_word(argument, named.strip().casefold())
    return _is_same_text(argument, named)


def _is_same_text(argument: Argument, named: str) -> bool | None:
    if len(argument.value) > _CUT:
        return None
    if argument.type.startswith("bytes"):
        return argument.value.casefold() == named.strip().casefold()
    return _worded(argument.value) == _worded(named)


def _is_same_word(argument: Argument, word: str) -> bool | None:
    if argument.type == "bool":
        word = _TRUTHS.get(word, "")
    elif not _ADDRESS.fullmatch(word):
        word = ""
    return argument.value.casefold() == word if word else None


def _is_same_number(argument: Argument, named: str) -> bool | None:
    number = _number(named)
    if number is not None:
        return number == _number(argument.value)
    meant, said = _AMOUNT.fullmatch(argument.meaning.strip()), _AMOUNT.fullmatch(named.strip())
    if meant is None or said is None or meant[2].casefold() != said[2].casefold():
        return None
    return _number(meant[1]) == _number(said[1])


def _number(text: str) -> Decimal | None:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(re.sub(r"[,_' ]", "", text))
    except InvalidOperation:
        return None


def _is_same_list(argument: Argument, named: str) -> bool | None:
    """Compare lists by their items; of texts the white space counts, so only the whole is held."""
    value = argument.value
    if len(value) > _CUT or "…" in value:
        return None
    if "string" in argument.type:
        return True if value == named.strip() else None
    return _listed(value) == _listed(named)


def _listed(text: str) -> str:
    return re.sub(r"[\s\"'“”\[\](){}]", "", text).casefold()


def _worded(text: str) -> str:
    return " ".join(text.split())


def wei(text: str) -> int | None:
    """Read an amount of the chain's own coin, `1.5 ETH` or `3 wei`; `None`: it is none."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return 0 if _number(text) == 0 else None
    number = _number(found[1])
    if number is None:
        return None
    return int(number.scaleb(_DECIMALS.get(found[2].casefold(), _COIN_DECIMALS)))
