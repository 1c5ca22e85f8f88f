"""What may go wrong between Assent and a chain's node."""


class ChainError(Exception):
    """The node did not answer, or not what was asked; the next tick asks again."""


class WrongChainError(ChainError):
    """The node serves another chain than the one it is set up for."""


class EndpointPausedError(ChainError):
    """The node has failed too often, and is left alone for a while."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The node has failed, and is left alone for {seconds:.0f} s.")


class EndpointLaggingError(ChainError):
    """The node does not have the blocks asked for, or they changed while it read them.

    Nothing was learnt: an empty answer of such a node proves nothing. Ask the same range again.
    """


class NoHistoryError(ChainError):
    """The node has forgotten the logs of these blocks, and says so; later ones it may have."""


class RangeTooWideError(ChainError):
    """The node refuses to look for logs in so many blocks at once.

    `suggested_span` is the number of blocks that the node says it accepts, or `None` if its words
    name none: then halve.
    """

    def __init__(self, message: str, suggested_span: int | None) -> None:
        super().__init__(message)
        self.suggested_span = suggested_span


class AnswerTooLargeError(ChainError):
    """The node answers with more than anybody needs at once; the rest was not read."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The node's answer is longer than {most} octets.")


class UndecodableLogError(Exception):
    """A log bears a known event's topic, but its data is not that event's."""


class UnknownGovernorError(Exception):
    """No governor that Assent can follow is at the address; the message is fit to be shown."""
