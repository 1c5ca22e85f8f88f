"""The laws of Discord's list of events: whatever gets lost, each deadline has one event or none."""

from collections import Counter
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.deadlines.deadline import DeadlineKind
from bot.domain.deadlines.entry import Entry, EventState, recorded
from bot.domain.deadlines.event import (
    DESCRIPTION_LIMIT,
    LOCATION_LIMIT,
    NAME_LIMIT,
    EventForm,
    Listed,
    form_of,
    mark_in,
    mark_of,
)
from bot.domain.deadlines.plan import (
    AT_ONCE,
    MOST_EVENTS,
    Calendar,
    Change,
    End,
    Make,
    Note,
    Step,
    TakeAway,
    done,
    is_settled,
    plan,
    wanted_events,
)
from bot.domain.text import utf16_units
from bot.domain.types import UnixSeconds
from tests.deadlines import DAY, GUILD, HOUR, NOW, deadline, moment
from tests.property.test_text_laws import HOSTILE, live_markup

LAWS = settings(max_examples=120, deadline=None)
KEYS = [f"key:{number}" for number in range(4)]


@dataclass
class Discord:
    """A list of events as Discord keeps it: they begin and end by themselves."""

    now: UnixSeconds = NOW
    events: dict[int, EventForm] = field(default_factory=dict)
    last: int = 0
    most: int = 0

    def listed(self) -> list[Listed]:
        self.events = {id_: form for id_, form in self.events.items() if form.end > self.now}
        return [
            Listed(
                id=id_,
                mark=mark_in(form.description),
                end=form.end,
                has_begun=form.start <= self.now,
            )
            for id_, form in self.events.items()
        ]

    def take(self, step: Step) -> int | None:
        match step:
            case Make():
                assert step.start > self.now, "Discord refuses what begins in the past"
                self.last += 1
                self.events[self.last] = replace(step.form, start=step.start)
                self.most = max(self.most, len(self.events))
                return self.last
            case Change():
                assert step.entry.event_id is not None
                before = self.events[step.entry.event_id]
                assert (before.start <= self.now) == (step.start is None)
                start = before.start if step.start is None else step.start
                self.events[step.entry.event_id] = replace(step.form, start=start)
            case End():
                assert step.entry.event_id is not None
                begun = self.events.pop(step.entry.event_id).start <= self.now
                assert begun == step.has_begun
            case TakeAway():
                del self.events[step.event_id]
            case Note():
                pass
        return None


@dataclass
class House:
    """What we remember; an answer may be lost after its effect."""

    discord: Discord = field(default_factory=Discord)
    entries: dict[str, Entry] = field(default_factory=dict)
    wants: bool = True

    def calendar(self) -> Calendar:
        entries = tuple(self.entries.values())
        return Calendar(guild_id=GUILD, wants_events=self.wants, entries=entries)

    def turn(self, *, loses_from: int | None = None) -> int:
        """Take what has to be done; from the n-th step on nothing is written down."""
        now = self.discord.now
        if is_settled(self.calendar(), now):
            return 0
        steps = plan(self.calendar(), self.discord.listed(), 0, now)
        assert len(steps) <= AT_ONCE
        for number, step in enumerate(steps):
            event_id = self.discord.take(step)
            if loses_from is not None and number >= loses_from:
                return len(steps)
            entry = done(step, event_id)
            self.entries[entry.deadline.key] = entry
        return len(steps)

    def settle(self) -> None:
        for _ in range(20):
            self.turn()
        assert self.turn() == 0

    def see(self, key: str, *, starts: int, lasts: int, cancelled: str = "") -> None:
        seen = deadline(key, start=moment(starts), end=moment(starts + lasts), cancelled=cancelled)
        others = [each.deadline for name, each in self.entries.items() if name != key]
        for entry in recorded(self.entries, [*others, seen], self.discord.now):
            self.entries[entry.deadline.key] = entry


ACTIONS = st.one_of(
    st.tuples(
        st.just("see"), st.sampled_from(KEYS), st.integers(-DAY, 4 * DAY), st.integers(0, DAY)
    ),
    st.tuples(st.just("cancel"), st.sampled_from(KEYS)),
    st.tuples(st.just("wait"), st.integers(0, 2 * DAY)),
    st.tuples(st.just("turn")),
    st.tuples(st.just("lose"), st.integers(0, 3)),
    st.tuples(st.just("remove"), st.integers(0, 2)),
    st.tuples(st.just("switch")),
)


def act(house: House, action: tuple[object, ...], removed: set[str]) -> None:
    match action:
        case ("see", str(key), int(starts), int(lasts)):
            house.see(key, starts=house.discord.now - NOW + starts, lasts=lasts)
        case ("cancel", str(key)) if key in house.entries:
            was = house.entries[key].deadline
            house.see(
                key, starts=was.start - NOW, lasts=was.end - was.start, cancelled="it is off."
            )
        case ("wait", int(seconds)):
            house.discord.now = UnixSeconds(house.discord.now + seconds)
        case ("turn",):
            house.turn()
        case ("lose", int(step)):
            house.turn(loses_from=step)
        case ("remove", int(which)):
            house.settle()
            removed |= _remove(house, which)
        case _:
            house.wants = not house.wants


def _remove(house: House, which: int) -> set[str]:
    """Let people delete an event that is written down; give the key of its deadline."""
    events = sorted(house.discord.events)
    if not events:
        return set()
    return {_key_of(house, house.discord.events.pop(events[which % len(events)]))}


def _key_of(house: House, form: EventForm) -> str:
    mark = mark_in(form.description)
    return next(key for key in house.entries if mark_of(GUILD, key) == mark)


@LAWS
@given(actions=st.lists(ACTIONS, min_size=8, max_size=30))
def test_whatever_gets_lost_there_is_one_event_for_each_deadline(
    actions: list[tuple[object, ...]],
) -> None:
    house, removed = House(), set[str]()
    for action in actions:
        act(house, action, removed)
    house.settle()
    calendar, now = house.calendar(), house.discord.now
    stands = Counter(each.mark for each in house.discord.listed())
    wanted = {
        mark_of(GUILD, key): form
        for key, form in wanted_events(calendar, MOST_EVENTS, now).items()
        if key not in removed
    }
    assert stands == Counter(dict.fromkeys(wanted, 1))
    for form in house.discord.events.values():
        due = wanted[mark_in(form.description)]
        assert (form.name, form.description, form.end) == (due.name, due.description, due.end)


@LAWS
@given(
    keys=st.lists(st.integers(0, 130), unique=True, max_size=130),
    others=st.integers(0, 120),
)
def test_the_list_is_never_filled_and_the_nearest_come_first(keys: list[int], others: int) -> None:
    house = House()
    for key in keys:
        house.see(f"key:{key}", starts=DAY + key * HOUR, lasts=HOUR)
    for _ in range(20):
        steps = plan(house.calendar(), house.discord.listed(), others, NOW)
        for step in steps:
            entry = done(step, house.discord.take(step))
            house.entries[entry.deadline.key] = entry
    room = max(MOST_EVENTS - others, 0)
    assert len(house.discord.events) == min(room, len(keys))
    assert house.discord.most <= room
    nearest = [moment(DAY + key * HOUR) for key in sorted(keys)[:room]]
    assert sorted(form.start for form in house.discord.events.values()) == nearest


def test_a_nearer_deadline_takes_the_place_of_the_farthest() -> None:
    house = House()
    for number in range(MOST_EVENTS):
        house.see(f"key:{number}", starts=2 * DAY + number * HOUR, lasts=HOUR)
    house.settle()
    house.see("key:near", starts=DAY, lasts=HOUR)
    for _ in range(3):
        house.turn()
    starts = sorted(form.start for form in house.discord.events.values())
    assert len(starts) == MOST_EVENTS
    assert starts[0] == moment(DAY)
    assert house.discord.most == MOST_EVENTS
    farthest = f"key:{MOST_EVENTS - 1}"
    assert house.entries[farthest].state is EventState.NONE


@LAWS
@given(title=HOSTILE, place=HOSTILE, heading=HOSTILE, kind=st.sampled_from(DeadlineKind))
def test_what_an_event_says_is_safe_and_fits(
    title: str, place: str, heading: str, kind: DeadlineKind
) -> None:
    hostile = deadline(title=title, place=place, heading=heading, kind=kind, link=title)
    form = form_of(GUILD, hostile)
    assert 0 < utf16_units(form.name) <= NAME_LIMIT
    assert 0 < utf16_units(form.location) <= LOCATION_LIMIT
    assert utf16_units(form.description) <= DESCRIPTION_LIMIT
    shown = form.description
    if hostile.link in shown and hostile.link:
        shown = shown.replace(hostile.link, "")
    assert live_markup(shown) == []
    assert mark_in(form.description) == mark_of(GUILD, hostile.key)
