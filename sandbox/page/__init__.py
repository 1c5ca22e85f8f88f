"""The page of the demonstration: a server as its members saw it, in one file."""

from sandbox.page.chapters import Chapter
from sandbox.page.page import write_page

__all__ = ["Chapter", "write_page"]
