"""The settings: the only reader of the environment."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.domain.types import ChainId


class SettingsError(Exception):
    """Everything that is wrong with the settings, in plain words, one line each."""


def _address(value: str) -> str:
    if not value.startswith(("http://", "https://", "ws://", "wss://")):
        raise ValueError("is no address: it has to begin with https:// (or http://, wss://, ws://)")
    return value.rstrip("/")


def _chains(value: object) -> object:
    if not isinstance(value, str):
        return value
    chains = {}
    for entry in filter(None, (entry.strip() for entry in value.split(","))):
        chain, equals, address = entry.partition("=")
        if not equals or not chain.strip().isdecimal():
            raise ValueError("has to read like 1=https://node.example,10=https://other.example")
        several = [_address(each.strip()) for each in address.split("|") if each.strip()]
        if not several:
            raise ValueError(f"names no address for chain {chain.strip()}")
        chains[int(chain)] = tuple(SecretStr(each) for each in dict.fromkeys(several))
    return chains


def _page_address(value: str) -> str:
    """Read the page's address, and write its origin as browsers do: wallets compare the two."""
    if not _PAGE_ADDRESS.fullmatch(value):
        raise ValueError(
            "has to read like https://gov.example.org/assent, or http://127.0.0.1:8080: wallets "
            "sign nothing on a page that others could read"
        )
    parts = urlsplit(value)
    usual = f":{_USUAL_PORTS[parts.scheme]}"
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}{parts.path}".rstrip("/")


# Anybody may read along with http, but on this very machine.
_PAGE_ADDRESS = re.compile(
    r"(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost|\[::1\]))(?::\d{1,5})?"
    r"(?:/[A-Za-z0-9._~-]+)*/?"
)
_USUAL_PORTS = {"https": 443, "http": 80}
Address = Annotated[str, AfterValidator(_address)]
PageAddress = Annotated[str, AfterValidator(_page_address)]


class Settings(BaseSettings):
    """Everything that can be set, from the environment or a file `.env`; the names are the same."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        frozen=True,
        validate_default=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    discord_token: SecretStr | None = Field(
        default=None,
        description="The bot's token, from the Bot page of Discord's developer portal.",
        examples=[""],
    )
    discord_token_file: Path | None = Field(
        default=None,
        description="Instead of DISCORD_TOKEN: a file that holds the token (container secrets).",
        examples=["/run/secrets/discord_token"],
    )
    discord_api_url: Address = Field(
        default="https://discord.com/api/v10", description="Discord's REST interface."
    )
    discord_gateway_url: Address = Field(
        default="wss://gateway.discord.gg", description="Discord's gateway."
    )
    snapshot_hub_url: Address = Field(
        default="https://hub.snapshot.org/graphql",
        description="Snapshot's hub, which is asked about spaces, proposals and scores.",
    )
    snapshot_sequencer_url: Address = Field(
        default="https://seq.snapshot.org",
        description="Snapshot's sequencer, which takes signed proposals.",
    )
    snapshot_api_key: SecretStr | None = Field(
        default=None,
        description="A key for the hub that lifts its limit of 100 requests a minute.",
        examples=[""],
    )
    snapshot_requests_per_minute: int = Field(
        default=60,
        ge=20,
        description="How often Snapshot is asked at most, all together, in a minute. More is good"
        " only for a hub of your own: the public one takes 60 to 100 from one address.",
    )
    snapshot_keystore: Path | None = Field(
        default=None,
        description="The key that signs proposals, as a keystore file (JSON). Make a key of its own"
        " for this, without funds, and make it an author of the space.",
        examples=["/run/secrets/snapshot-keystore.json"],
    )
    snapshot_password_file: Path | None = Field(
        default=None,
        description="The file that holds the keystore's password.",
        examples=["/run/secrets/snapshot-password"],
    )
    snapshot_key_file: Path | None = Field(
        default=None,
        description="Instead of a keystore: a file that holds the bare key; only its owner may be"
        " able to read it (chmod 600).",
        examples=["/run/secrets/snapshot-key"],
    )
    rpc_urls: Annotated[
        dict[ChainId, tuple[SecretStr, ...]], NoDecode, BeforeValidator(_chains)
    ] = Field(
        default={ChainId(1): (SecretStr("https://ethereum-rpc.publicnode.com"),)},
        description="JSON-RPC nodes by chain id, separated by commas. Several nodes of one chain"
        " are separated by |: where one fails, the next is asked.",
        examples=["1=https://ethereum-rpc.publicnode.com"],
    )
    page_url: PageAddress | None = Field(
        default=None,
        description="The address under which members reach the page where they sign with a wallet"
        " of their own; without it there is no such page. It has to be https://, which a proxy in"
        " front of Assent sees to, or http:// on this very machine.",
        examples=["https://gov.example.org/assent"],
    )
    page_host: str = Field(
        default="127.0.0.1",
        description="Where the page listens: this machine alone, unless a proxy elsewhere has to"
        " reach it.",
    )
    page_port: int = Field(
        default=8080, ge=1, le=65_535, description="The port on which the page listens."
    )
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65_535,
        description="The port on which numbers for a monitoring are served, under /metrics, in"
        " Prometheus' format: requests to nodes, failures, how fresh each chain is. Without it"
        " they are not.",
        examples=["9464"],
    )
    metrics_host: str = Field(
        default="127.0.0.1",
        description="Where those numbers are served: to this machine alone, unless the monitoring"
        " is elsewhere. Nobody else should reach them.",
    )
    database_path: Path = Field(
        default=Path("data/assent.db"),
        description="The database file; its folder is made if need be.",
    )
    assent_dry_run: bool = Field(
        default=False,
        description="A dry run for all servers: moderators alone see what is said, and nothing"
        " is sent to Snapshot.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR.",
    )
    log_json: bool = Field(
        default=False, description="Log lines as JSON, for machines, instead of for people."
    )
    outbox_every_seconds: float = Field(
        default=2.0, gt=0, description="How often the outbox is looked at; commands wake it too."
    )
    reactions_every_seconds: float = Field(
        default=0.25, gt=0, description="How long reactions are gathered before they are stored."
    )
    snapshot_every_seconds: float = Field(
        default=20.0, gt=0, description="How often Snapshot is asked about our votes."
    )
    chain_every_seconds: float = Field(
        default=15.0, gt=0, description="How often each chain is read."
    )
    calendar_every_seconds: float = Field(
        default=30.0, gt=0, description="How often calendars are compared with the deadlines."
    )
    recount_every_seconds: float = Field(
        default=600.0, gt=0, description="How often the reactions of all open ideas are recounted."
    )
    chain_lookback_blocks: int = Field(
        default=50_000,
        ge=0,
        description="How many blocks before its set-up are read at least for a governor's open"
        " proposals; as many as its own times may take are read anyway. 0: none.",
    )

    abi_folder: Path | None = Field(
        default=None,
        description="A folder with ABIs of contracts that proposals call, each in a file such as"
        " 1-0x281E9a847338e77Ad834C68b0C42552c83d7d9Fb.json (chain and address), and with"
        " names.toml for names of addresses.",
        examples=[""],
    )
    look_up_functions: bool = Field(
        default=False,
        description="Asks Sourcify for ABIs of contracts that nothing else is known of, and for"
        " what a selector may mean; what was only guessed is marked as unverified.",
    )
    sourcify_url: Address = Field(
        default="https://sourcify.dev/server",
        description="Sourcify's collection of verified contracts.",
    )
    sourcify_signatures_url: Address = Field(
        default="https://api.4byte.sourcify.dev",
        description="Sourcify's collection of function signatures.",
    )
    names_every_seconds: float = Field(
        default=600.0,
        gt=0,
        description="How often the names (ENS) of proposers and voters are looked for, on chain 1.",
    )
    message_content: bool = Field(
        default=False,
        description="Reads the first message of a forum post that becomes an idea. Allow “Message"
        " Content Intent” on the Bot page first, or Discord turns the bot away.",
    )

    # These are checks of fields and not of the whole, so that they speak even when others fail.
    @field_validator("discord_token_file")
    @classmethod
    def _one_token(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if (value is None) == (info.data.get("discord_token") is None):
            raise ValueError(
                "DISCORD_TOKEN: set either this or DISCORD_TOKEN_FILE. The token is on the Bot "
                "page of your application at https://discord.com/developers/applications."
            )
        return value

    @field_validator("snapshot_password_file")
    @classmethod
    def _a_password_for_the_keystore(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if info.data.get("snapshot_keystore") and value is None:
            raise ValueError("a keystore needs this: the file that holds its password.")
        return value

    @field_validator("snapshot_key_file")
    @classmethod
    def _one_key(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if info.data.get("snapshot_keystore") and value:
            raise ValueError("set either this or SNAPSHOT_KEYSTORE, not both.")
        return value

    @property
    def has_page(self) -> bool:
        """Whether members have an address under which they reach the page for signing."""
        return self.page_url is not None

    @property
    def token(self) -> str:
        """The bot's token, wherever it is kept."""
        if self.discord_token is not None:
            return self.discord_token.get_secret_value().strip()
        assert self.discord_token_file is not None, "one of the two is set"
        return self.discord_token_file.read_text().strip()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be seen in a log."""
        nodes = [address for several in self.rpc_urls.values() for address in several]
        keys = (self.snapshot_api_key, *nodes)
        return (self.token, *(key.get_secret_value() for key in keys if key is not None))

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the environment and `.env`.

        Raises:
            SettingsError: The message lists everything that is missing or wrong.
        """
        try:
            settings = cls(**overrides)
        except ValidationError as error:
            raise SettingsError("\n".join(_problems(error))) from None
        missing = [
            f"{name.upper()}: there is no file {path}."
            for name in _FILES
            if (path := getattr(settings, name)) is not None and not path.is_file()
        ]
        if settings.abi_folder is not None and not settings.abi_folder.is_dir():
            missing.append(f"ABI_FOLDER: there is no folder {settings.abi_folder}.")
        if missing:
            raise SettingsError("\n".join(missing))
        return settings


_FILES = (
    "discord_token_file",
    "snapshot_keystore",
    "snapshot_password_file",
    "snapshot_key_file",
)


_NAMED = re.compile(r"[A-Z_]+: ")


def _problems(error: ValidationError) -> list[str]:
    """Say each problem in one line that begins with the setting's name."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        name = str(problem["loc"][0]).upper() if problem["loc"] else ""
        text = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            text = "there is no such setting; .env.example lists them all."
        lines.append(text if _NAMED.match(text) else f"{name}: {text}")
    return lines
