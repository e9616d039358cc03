"""The configuration: read from a file and the environment; invalid values raise clear errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from ngnpro_server.config import ConfigError, load_config

ADMINISTRATOR = "[administrator]\nusername = admin\npassword = s3cret%\n"


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "ngnpro.ini"
    path.write_text(ADMINISTRATOR)
    return path


def refusal(path: Path, text: str = ADMINISTRATOR, **environ: str) -> str:
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, environ)
    return str(caught.value)


def test_keys_that_the_file_leaves_out_have_defaults(path: Path) -> None:
    config = load_config(path, {})
    assert (config.administrator.username, config.administrator.password) == ("admin", "s3cret%")
    assert (config.server.address, config.server.port, config.server.max_request) == ("127.0.0.1", 9200, 1048576)
    assert config.platform.store_clear_text_passwords is False
    assert config.database.url == f"sqlite:///{path.parent}/ngnpro.sqlite3"
    assert config.database.proxy_url == f"sqlite:///{path.parent}/proxy.sqlite3"


def test_a_file_sets_what_it_names(path: Path) -> None:
    path.write_text(
        ADMINISTRATOR
        + "[server]\nport = 9300\ntrusted_proxies = 192.0.2.1, 2001:db8::1\n"
        + "[platform]\nstore_clear_text_passwords = yes\ndefault_timezone = Europe/Amsterdam\n"
        + "[database]\nurl = postgresql+psycopg://u:p@db/ngnpro\n"
    )
    config = load_config(path, {})
    assert config.server.port == 9300
    assert config.server.proxies == ("192.0.2.1", "2001:db8::1")
    assert config.platform.store_clear_text_passwords is True
    assert config.database.proxy_url == config.database.url == "postgresql+psycopg://u:p@db/ngnpro"


def test_the_environment_wins(path: Path) -> None:
    environ = {
        "NGNPRO_SERVER_PORT": "9400",
        "NGNPRO_ADMINISTRATOR_PASSWORD": "from outside",
        "NGNPRO_PLATFORM_STORE_CLEAR_TEXT_PASSWORDS": "true",
        "NGNPRO_CONFIG": "elsewhere.ini",
        "PATH": "/bin",
    }
    config = load_config(path, environ)
    assert (config.server.port, config.administrator.password) == (9400, "from outside")
    assert config.platform.store_clear_text_passwords is True


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nport = 1\n", "[administrator] username and password"),
        (ADMINISTRATOR + "[server]\nprot = 1\n", "[server] prot: unknown setting"),
        (ADMINISTRATOR + "[sever]\nport = 1\n", "unknown section [sever]"),
        (ADMINISTRATOR + "[server]\nport = many\n", "port must be a whole number, not 'many'"),
        (ADMINISTRATOR + "[server]\nport = 70000\n", "port must lie between 0 and 65535, not 70000"),
        (ADMINISTRATOR + "[server]\nlog_level = loud\n", "log_level is one of"),
        (ADMINISTRATOR + "[server]\ncertificate = x.pem\n", "certificate and private_key are needed together"),
        (ADMINISTRATOR + "[server]\ntrusted_proxies = home\n", "trusted_proxies: an IPv4 or IPv6 address is expected"),
        (ADMINISTRATOR + "[platform]\nstore_clear_text_passwords = maybe\n", "must be yes or no, not 'maybe'"),
        (ADMINISTRATOR + "[platform]\ndefault_timezone = Mars\n", "default_timezone: a time zone"),
        (ADMINISTRATOR + "[database]\nurl = nonsense\n", "url is not a database address"),
        ("nonsense", "cannot be read"),
    ],
)
def test_problems_are_reported(path: Path, text: str, said: str) -> None:
    assert said in refusal(path, text)


def test_addresses_and_names_are_read_like_those_of_records(path: Path) -> None:
    path.write_text(
        ADMINISTRATOR
        + "[server]\naddress = [::1]\ntrusted_proxies = ::ffff:192.0.2.1; [2001:DB8::1]\n"
        + "[platform]\ndefault_timezone = w. europe standard time\ndefault_tld = E164.arpa.\n"
        + "[logins]\ntrusted_sources = 192.0.2.7\n"
    )
    config = load_config(path, {})
    assert config.server.address == "::1"
    assert config.server.proxies == ("192.0.2.1", "2001:db8::1")
    assert config.platform.default_timezone == "Europe/Berlin"
    assert config.platform.default_tld == "e164.arpa"
    assert config.logins.sources == ("192.0.2.7",)


def test_an_unknown_variable_of_a_section_is_reported(path: Path) -> None:
    assert "[server] prot: unknown setting" in refusal(path, NGNPRO_SERVER_PROT="1")


def test_a_missing_file_is_reported_with_the_way_out(path: Path) -> None:
    with pytest.raises(ConfigError, match="init-db"):
        load_config(path.with_name("none.ini"), {})


def test_no_secret_is_in_a_repr(path: Path) -> None:
    shown = repr(load_config(path, {"NGNPRO_DATABASE_URL": "postgresql+psycopg://u:dbs3cret@db/n"}))
    assert "s3cret%" not in shown
    assert "dbs3cret" not in shown
