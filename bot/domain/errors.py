"""What may go wrong: refusals fit to be shown, and errors that say we are wrong."""


class Refusal(Exception):  # noqa: N818 - said to a person, not to a programmer
    """A person asked for what cannot be; the message is fit to be shown to them."""


class Denial(Refusal):
    """A person asked for what they have no right to; the attempt is written down."""


class IllegalTransitionError(Refusal):
    """The life cycle has no such move; nothing was changed."""


class ReorgTooDeepError(Exception):
    """No remembered block is on the chain any more; a person has to decide."""
