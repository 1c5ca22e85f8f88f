"""What is saved comes back equal."""

import types
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.drafting.draft import Draft
from bot.domain.offchain.snapshot import SnapshotProposal
from bot.domain.onchain.event import GovernorEvent
from bot.domain.onchain.governor import Governor
from bot.domain.onchain.proposal import GovernorProposal
from bot.domain.proposal import Community
from bot.domain.speech import Speech
from bot.storage import codec
from bot.storage.codec import Codec

UINT256 = 2**256 - 1

CODECS: list[tuple[Codec[Any], Any]] = [
    (codec.COMMUNITY, Community),
    (codec.DRAFT, Draft),
    (codec.GOVERNOR, Governor),
    (codec.GOVERNOR_PROPOSAL, GovernorProposal),
    (codec.SNAPSHOT_PROPOSAL, SnapshotProposal),
    *((codec.GOVERNOR_EVENT, event) for event in get_args(GovernorEvent)),
    *((codec.SPEECH, speech) for speech in get_args(Speech)),
]
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: st.one_of(
        st.integers(0, UINT256), st.sampled_from([0, 2**63, 10**76, UINT256 - 1, UINT256])
    ),
    str: st.text(max_size=12),
    bool: st.booleans(),
    types.NoneType: st.none(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Make any value of a type of the domain, as its annotations tell."""
    if isinstance(kind, NewType):
        return values_of(kind.__supertype__)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_dataclass(kind):
        return st.deferred(lambda: _built(kind))  # type: ignore[arg-type] # a call may carry calls
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    return _composed(kind)


@cache
def _built(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    return st.builds(kind, **{name: values_of(hints[name]) for name in names})


def _composed(kind: Any) -> st.SearchStrategy[Any]:
    parts = get_args(kind)
    if get_origin(kind) is Literal:
        return st.sampled_from(parts)
    if get_origin(kind) in (Union, types.UnionType):
        return st.one_of(*map(values_of, parts))
    assert get_origin(kind) is tuple, kind
    if parts[-1] is ...:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    return st.tuples(*map(values_of, parts))


@pytest.mark.parametrize(("stored", "kind"), CODECS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_saved_value_comes_back_equal(stored: Codec[Any], kind: Any) -> None:
    """Whatever a stored type can hold, its text gives it back: the type, and every digit."""

    @settings(max_examples=20)
    @given(value=values_of(kind))
    def law(value: Any) -> None:
        back = stored.load(stored.dump(value))
        assert back == value
        assert type(back) is type(value)
        assert repr(back) == repr(value)  # also what equality leaves out

    law()
