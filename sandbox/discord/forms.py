"""Collecting everything that is wrong with a body, as Discord's 50035 does."""

from collections.abc import Collection
from typing import Any

from sandbox.discord.errors import FormError, Json

Path = tuple[str | int, ...]


class Form:
    """Checks of one body; raises once, with everything that is wrong."""

    def __init__(self, *under: str) -> None:
        self._under: Path = under
        self._tree: Json = {}

    def wrong(self, path: Path, code: str, message: str) -> None:
        """Note one error at a place in the body."""
        node = self._tree
        for key in (*self._under, *path):
            node = node.setdefault(str(key), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def check(self) -> None:
        """Refuse if anything was wrong.

        Raises:
            FormError: with the whole tree.
        """
        if self._tree:
            raise FormError(self._tree)

    def text(self, path: Path, value: Any, longest: int, *, shortest: int = 0) -> None:
        """Expect a text of so many characters; absent is fine unless `shortest` says more."""
        if value is None or value == "":
            if shortest:
                self.required(path)
            return
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif len(value.strip()) < shortest:
            self.required(path)
        elif len(value) > longest and shortest:
            said = f"Must be between {shortest} and {longest} in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", said)
        elif len(value) > longest:
            said = f"Must be {longest} or fewer in length."
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", said)

    def items(self, path: Path, value: Collection[Any], most: int, *, fewest: int = 0) -> None:
        """Expect so many items."""
        if not fewest <= len(value) <= most:
            said = f"Must be between {fewest} and {most} in length."
            bound = "BASE_TYPE_BAD_LENGTH" if fewest else "BASE_TYPE_MAX_LENGTH"
            self.wrong(path, bound, said if fewest else f"Must be {most} or fewer in length.")

    def one_of(self, path: Path, value: Any, allowed: Collection[Any]) -> None:
        """Expect one of the allowed values."""
        if value not in allowed:
            listed = ", ".join(str(choice) for choice in allowed)
            said = f"Value must be one of ({listed})."
            self.wrong(path, "BASE_TYPE_CHOICES", said)

    def required(self, path: Path) -> None:
        """Note that something is missing."""
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
