"""What many logs hold of what was asked for, as votes and as other events (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.onchain.block import Block
from bot.domain.onchain.event import GovernorEvent, VoteCast
from bot.domain.types import BlockHash, BlockNumber, UnixSeconds
from bot.gateways.chain.codec import counted
from bot.gateways.chain.decode import decode_log, layout_of
from bot.gateways.chain.errors import ChainError, EndpointLaggingError, UndecodableLogError
from bot.gateways.chain.json_rpc import Log
from bot.gateways.chain.reading import LogPage, LogPlace, Reading
from bot.gateways.chain.votes import vote_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The logs that were asked for, once each by their places; votes are read at once."""

    votes: dict[LogPlace, VoteCast] = field(default_factory=dict)
    others: dict[LogPlace, Log] = field(default_factory=dict)
    unsettled: dict[LogPlace, Log] = field(default_factory=dict)  # votes that a fork may take back

    def take(self, logs: Sequence[Log], reading: Reading) -> None:
        """Take some logs, but for those at known places.

        Raises:
            ChainError: A field is no hex, or no such number.
        """
        emitters = {address.lower(): address for address in reading.addresses}
        first, last, known = reading.blocks.first, reading.blocks.last, reading.known
        unsettled = last + 1 if reading.unsettled is None else reading.unsettled
        try:
            for log in logs:
                emitter = emitters.get(log.address) or emitters.get(log.address.lower())
                number, index = int(log.block_number, 16), counted(log.log_index)
                place = number, index
                if emitter is None or log.removed or not first <= number <= last or place in known:
                    continue
                if vote := vote_of(log, emitter, BlockNumber(number), index):
                    self.votes[place] = vote
                    if number >= unsettled:
                        self.unsettled[place] = log
                elif layout_of(log) is not None:
                    self.others[place] = log
        except ValueError:
            raise ChainError("The node's log is not one.") from None

    @property
    def untimed(self) -> list[BlockNumber]:
        """The blocks whose headers have to be known to read the logs, in their order."""
        timed = [place[0] for place, log in self.others.items() if _needs_time(log)]
        timed += [place[0] for place in self.unsettled]
        return [BlockNumber(number) for number in sorted({*timed})]

    def page(self, times: Mapping[BlockHash, UnixSeconds], last: Block) -> LogPage:
        """Decode what was taken, in the order of the chain.

        Raises:
            EndpointLaggingError: The block of a log is none of those that the node has now.
        """
        for vote in self.unsettled.values():
            _time_of(vote, times)
        votes = dict(self.votes)
        events: list[GovernorEvent] = []
        undecodable: dict[LogPlace, str] = {}
        for place in sorted(self.others):
            log = self.others[place]
            time = _time_of(log, times) if _needs_time(log) else None
            try:
                event = decode_log(log, time)
            except UndecodableLogError as error:
                undecodable[place] = str(error)
                continue
            if isinstance(event, VoteCast):
                votes[place] = event
            elif event is not None:
                events.append(event)
        return LogPage(
            events=tuple(events),
            votes=_in_order(votes),
            undecodable=undecodable,
            last=last,
        )


def _in_order(votes: Mapping[LogPlace, VoteCast]) -> tuple[VoteCast, ...]:
    return tuple(votes[place] for place in sorted(votes))


def _needs_time(log: Log) -> bool:
    layout = layout_of(log)
    return layout is not None and layout.needs_time


def _time_of(log: Log, times: Mapping[BlockHash, UnixSeconds]) -> UnixSeconds:
    time = times.get(BlockHash(log.block_hash.lower()))
    if time is None:
        raise EndpointLaggingError("The node's log is of another block than it has now.")
    return time
