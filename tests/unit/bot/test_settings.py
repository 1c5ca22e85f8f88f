from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.types import ChainId
from bot.settings import Settings, SettingsError
from tests.meta.written import env_example

Environment = pytest.MonkeyPatch


def problems(**overrides: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.load(**overrides)
    return str(caught.value).splitlines()


def test_a_token_is_all_that_is_needed(environment: Environment) -> None:
    environment.setenv("DISCORD_TOKEN", " abc.def \n")
    settings = Settings.load()
    assert settings.token == "abc.def"
    assert settings.discord_api_url == "https://discord.com/api/v10"
    assert settings.snapshot_hub_url == "https://hub.snapshot.org/graphql"
    assert list(settings.rpc_urls) == [ChainId(1)]
    assert settings.database_path == Path("data/assent.db")


@pytest.mark.usefixtures("environment")
def test_without_a_token_it_is_said_where_to_find_one() -> None:
    [problem] = problems()
    assert problem.startswith("DISCORD_TOKEN: set either this or DISCORD_TOKEN_FILE.")
    assert "https://discord.com/developers/applications" in problem


def test_everything_that_is_wrong_is_said_at_once_each_in_one_line(
    environment: Environment,
) -> None:
    environment.setenv("DISCORD_API_URL", "discord.com")
    environment.setenv("RPC_URLS", "mainnet=https://node.example")
    environment.setenv("LOG_LEVEL", "LOUD")
    environment.setenv("CHAIN_EVERY_SECONDS", "0")
    environment.setenv("CHAIN_LOOKBACK_BLOCKS", "many")
    said = problems()
    assert [line.split(":")[0] for line in said] == [
        "DISCORD_TOKEN",
        "DISCORD_API_URL",
        "RPC_URLS",
        "LOG_LEVEL",
        "CHAIN_EVERY_SECONDS",
        "CHAIN_LOOKBACK_BLOCKS",
    ]
    assert "has to begin with https://" in said[1]
    assert "1=https://node.example" in said[2]
    assert "DEBUG" in said[3]


def test_a_value_that_is_wrong_is_not_repeated_for_it_may_be_a_secret(
    environment: Environment,
) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("RPC_URLS", "1=node.example/secret-key")
    assert "secret-key" not in "\n".join(problems())


def test_an_unknown_name_in_the_file_is_called_by_its_name(
    environment: Environment, tmp_path: Path
) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    (tmp_path / ".env").write_text("DISCORD_TOKN=abc\n")
    assert problems() == [
        "DISCORD_TOKN: there is no such setting; .env.example lists them all.",
    ]


def test_the_example_with_a_token_filled_in_works_as_it_is(
    environment: Environment, tmp_path: Path
) -> None:
    filled = env_example().replace("DISCORD_TOKEN=", "DISCORD_TOKEN=abc", 1)
    (tmp_path / ".env").write_text(filled)
    from_example = Settings.load()
    (tmp_path / ".env").unlink()
    environment.setenv("DISCORD_TOKEN", "abc")
    assert from_example == Settings.load()


def test_every_default_of_the_example_reads_back_as_that_default(
    environment: Environment, tmp_path: Path
) -> None:
    # Without a default there is only an example.
    by_example = ("_file", "keystore", "page_url", "metrics_port")
    files = {name.upper() for name in Settings.model_fields if name.endswith(by_example)}
    assignments = [
        line.removeprefix("# ")
        for line in env_example().splitlines()
        if line.removeprefix("# ").partition("=")[0].lower() in Settings.model_fields
        and line.removeprefix("# ").partition("=")[0] not in files
    ]
    assert len(assignments) == len(Settings.model_fields) - len(files)
    (tmp_path / ".env").write_text("\n".join(assignments))
    environment.setenv("DISCORD_TOKEN", "abc")
    spelled_out = Settings.load()
    (tmp_path / ".env").unlink()
    assert spelled_out == Settings.load()


def test_the_environment_goes_before_the_file(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-the-file\nLOG_LEVEL=DEBUG\n")
    environment.setenv("DISCORD_TOKEN", "from-the-environment")
    settings = Settings.load()
    assert (settings.token, settings.log_level) == ("from-the-environment", "DEBUG")


def test_the_token_may_be_kept_in_a_file(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc.def\n")
    environment.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    assert Settings.load().token == "abc.def"


def test_two_tokens_are_one_too_many(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc.def\n")
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    [problem] = problems()
    assert problem.startswith("DISCORD_TOKEN: set either this or DISCORD_TOKEN_FILE.")


def test_files_that_are_not_there_are_all_named(environment: Environment, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    environment.setenv("DISCORD_TOKEN_FILE", str(missing))
    environment.setenv("SNAPSHOT_KEY_FILE", str(missing))
    assert problems() == [
        f"DISCORD_TOKEN_FILE: there is no file {missing}.",
        f"SNAPSHOT_KEY_FILE: there is no file {missing}.",
    ]


def test_a_keystore_needs_a_password_and_no_second_key(
    environment: Environment, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.touch()
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("SNAPSHOT_KEYSTORE", str(file))
    environment.setenv("SNAPSHOT_KEY_FILE", str(file))
    assert problems() == [
        "SNAPSHOT_PASSWORD_FILE: a keystore needs this: the file that holds its password.",
        "SNAPSHOT_KEY_FILE: set either this or SNAPSHOT_KEYSTORE, not both.",
    ]


def test_a_keystore_with_its_password_is_accepted(environment: Environment, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("SNAPSHOT_KEYSTORE", str(file))
    environment.setenv("SNAPSHOT_PASSWORD_FILE", str(file))
    settings = Settings.load()
    assert (settings.snapshot_keystore, settings.snapshot_password_file) == (file, file)


def test_nodes_are_given_by_chain_id_and_a_slash_at_the_end_does_not_matter(
    environment: Environment,
) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("RPC_URLS", " 1=https://one.example/ , 10 = https://ten.example/key=1,")
    assert Settings.load().rpc_urls == {
        ChainId(1): (SecretStr("https://one.example"),),
        ChainId(10): (SecretStr("https://ten.example/key=1"),),
    }


def test_a_chain_may_have_several_nodes_each_once(environment: Environment) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv(
        "RPC_URLS", "1=https://one.example | https://two.example/k|https://one.example"
    )
    settings = Settings.load()
    assert [node.get_secret_value() for node in settings.rpc_urls[ChainId(1)]] == [
        "https://one.example",
        "https://two.example/k",
    ]
    assert settings.secrets == ("abc", "https://one.example", "https://two.example/k")


@pytest.mark.parametrize(
    "wrong",
    ["https://node.example", "=https://node.example", "1=", "1=node.example", "x=wss://a", "1=|"],
)
def test_a_node_without_chain_or_address_is_refused(environment: Environment, wrong: str) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    environment.setenv("RPC_URLS", wrong)
    [problem] = problems()
    assert problem.startswith("RPC_URLS: ")


def test_no_secret_is_seen_when_settings_are_shown(environment: Environment) -> None:
    environment.setenv("DISCORD_TOKEN", "token-secret")
    environment.setenv("SNAPSHOT_API_KEY", "hub-secret")
    environment.setenv("RPC_URLS", "1=https://node.example/rpc-secret")
    settings = Settings.load()
    assert "secret" not in repr(settings).replace("SecretStr", "")
    assert settings.secrets == ("token-secret", "hub-secret", "https://node.example/rpc-secret")


def test_settings_cannot_be_changed(environment: Environment) -> None:
    environment.setenv("DISCORD_TOKEN", "abc")
    settings = Settings.load()
    with pytest.raises(ValueError, match="frozen"):
        settings.log_json = True


def test_every_setting_says_what_it_is_in_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description[0].isupper(), name
        assert field.description.endswith("."), name


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://gov.example.org/assent/", "https://gov.example.org/assent"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://Gov.Example.org:443/Assent", "https://gov.example.org/Assent"),
        ("https://gov.example.org:8443", "https://gov.example.org:8443"),
    ],
)
def test_the_page_has_an_address_that_wallets_trust(
    environment: Environment, address: str, kept: str
) -> None:
    environment.setenv("DISCORD_TOKEN", "abc.def")
    environment.setenv("PAGE_URL", address)
    assert Settings.load().page_url == kept


@pytest.mark.parametrize(
    "address",
    [
        "gov.example.org",
        "http://gov.example.org",
        "https://",
        "https://me@gov.example.org",
        "https://gov.example.org/?x=1",
        "https://gov.example.org/#x",
        "https://gov.example.org/a b",
        "https://gov.example.org/<b>",
        "wss://gov.example.org",
        "https://[",
    ],
)
def test_a_page_that_others_could_read_is_refused(environment: Environment, address: str) -> None:
    environment.setenv("DISCORD_TOKEN", "abc.def")
    environment.setenv("PAGE_URL", address)
    [problem] = problems()
    assert problem.startswith("PAGE_URL: has to read like https://")


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused(environment: Environment, port: str) -> None:
    environment.setenv("DISCORD_TOKEN", "abc.def")
    environment.setenv("PAGE_PORT", port)
    assert problems()[0].startswith("PAGE_PORT: ")
