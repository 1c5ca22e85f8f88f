"""The page on which members sign with a wallet of their own: like a cog, it translates and asks."""

from bot.pages.errands import Errands, Takers
from bot.pages.server import PageError, PagePlace, open_page

__all__ = ["Errands", "PageError", "PagePlace", "Takers", "open_page"]
