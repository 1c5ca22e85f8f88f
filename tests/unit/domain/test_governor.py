"""A governor as it is now beside what was known of it."""

from dataclasses import replace

from bot.domain.onchain.governor import FamilyChange, Flavour
from bot.domain.types import Address, BlockNumber, UnixSeconds
from tests.unit.domain.test_onchain import ALPHA

OLD, OLDER = Address("0x" + "0a" * 20), Address("0x" + "0b" * 20)
BECAME_ALPHA = FamilyChange(
    before=None,
    after=Flavour.GOVERNOR_ALPHA,
    transaction_hash=None,
    block=BlockNumber(7),
    at=UnixSeconds(84),
)


def test_what_is_read_anew_keeps_the_timelocks_that_were_left_behind() -> None:
    before = replace(ALPHA, timelock_address=OLD, former_timelocks=(OLDER,))
    assert ALPHA.succeeding(before).former_timelocks == (OLDER, OLD)
    assert ALPHA.succeeding(ALPHA).former_timelocks == ()
    back = replace(ALPHA, timelock_address=OLDER)
    assert back.succeeding(before).timelocks == (OLDER, OLD)
    assert ALPHA.succeeding(replace(ALPHA, timelock_address=None)) == ALPHA


def test_a_change_of_its_family_is_remembered_while_it_is_of_it() -> None:
    before = replace(ALPHA, family_change=BECAME_ALPHA)
    assert before.family is Flavour.GOVERNOR_ALPHA
    assert ALPHA.succeeding(before).family_change == BECAME_ALPHA
    lost = replace(ALPHA, family_change=replace(BECAME_ALPHA, after=None))
    assert lost.family is None
    assert ALPHA.succeeding(lost).family_change is None
