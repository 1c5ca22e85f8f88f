"""One open transaction, and everything that can be read and written in it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.chain import ChainRecords
from bot.storage.communities import Communities
from bot.storage.history import History
from bot.storage.outbox import Outbox
from bot.storage.proposals import Proposals
from bot.storage.votes import Votes


class Store:
    """The unit of work: domain values in, domain values out."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.communities = Communities(connection)
        self.proposals = Proposals(connection)
        self.votes = Votes(connection)
        self.chain = ChainRecords(connection)
        self.outbox = Outbox(connection)
        self.history = History(connection)
