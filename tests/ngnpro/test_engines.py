"""Engines: their settings, and which users use which engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from ngnpro_wire.schema import WSDL_PATH
from portal.ngnpro import Engine, errors
from portal.ngnpro.engines import Engines, engine_from, read_engines

FILE = """
[engine hosted]
url = https://mdns.example.com/ngnpro
username = acme
password = 100%% sure
admin = no
wsdl = saved.wsdl

[engine colocated]
url = http://sip.example.com:9200
voicemail_url = http://vm.example.com:9200
username = admin
password_file = secret.txt
connect_timeout = 1.5
read_timeout = 60
ca_file = /etc/ssl/ours.pem
verify = yes

[resellers]
default = colocated
17 = hosted
18 = hosted, colocated
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("from-a-file\n")
    path = tmp_path / "engines.ini"
    path.write_text(FILE)
    return path


def test_engines_are_read_from_a_file(path: Path) -> None:
    engines = read_engines(path).engines

    assert engines["hosted"] == Engine(
        name="hosted",
        url="https://mdns.example.com/ngnpro",
        username="acme",
        password="100%% sure",
        admin=False,
        wsdl=path.parent / "saved.wsdl",
    )
    colocated = engines["colocated"]
    assert (colocated.endpoint("Sip"), colocated.endpoint("Voicemail")) == (
        "http://sip.example.com:9200",
        "http://vm.example.com:9200",
    )
    assert (colocated.password, colocated.connect_timeout, colocated.read_timeout) == ("from-a-file", 1.5, 60.0)
    assert (colocated.ca_file, colocated.wsdl) == (Path("/etc/ssl/ours.pem"), WSDL_PATH)


def test_a_reseller_uses_their_engine(path: Path) -> None:
    engines = read_engines(path)

    assert [engine.name for engine in engines.for_reseller(17)] == ["hosted"]
    assert [engine.name for engine in engines.for_reseller(18)] == ["hosted", "colocated"]
    assert [engine.name for engine in engines.for_reseller(99)] == ["colocated"]
    assert engines.choose(17).name == "hosted"
    assert engines.choose(18, "colocated").name == "colocated"


def test_a_reseller_cannot_use_the_engine_of_another(path: Path) -> None:
    with pytest.raises(KeyError):
        read_engines(path).choose(17, "colocated")


def test_an_administrator_uses_all_engines(path: Path) -> None:
    assert [engine.name for engine in read_engines(path).for_reseller()] == ["colocated", "hosted"]


def test_a_password_is_not_shown(path: Path) -> None:
    shown = repr(read_engines(path))

    assert "sure" not in shown
    assert "from-a-file" not in shown


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("url = https://mdns.example.com/ngnpro", "", "has no url"),
        ("url = https://mdns.example.com/ngnpro", "url = mdns.example.com", "not an http or https address"),
        ("url = https://mdns.example.com/ngnpro", "url = https://u:p@mdns.example.com", "settings of their own"),
        ("admin = no", "admin = perhaps", "neither yes nor no"),
        ("read_timeout = 60", "read_timeout = 0", "above 0 seconds"),
        ("read_timeout = 60", "read_timeout = soon", "soon"),
        ("admin = no", "adnim = no", "adnim"),
        ("17 = hosted", "17 = elsewhere", "elsewhere"),
        ("17 = hosted", "seventeen = hosted", "seventeen"),
        ("password_file = secret.txt", "password_file = absent.txt", "absent.txt"),
        ("[engine hosted]", "[engine colocated]", "colocated"),
        ("[resellers]", "resellers", "resellers"),
    ],
)
def test_problems_of_the_file_are_reported(path: Path, before: str, after: str, said: str) -> None:
    path.write_text(FILE.replace(before, after))

    with pytest.raises(errors.Unusable, match=said) as caught:
        read_engines(path)

    assert str(path) in str(caught.value)


def test_a_file_without_engines_or_that_is_missing_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "engines.ini"
    with pytest.raises(errors.Unusable, match=r"engines\.ini"):
        read_engines(path)
    path.write_text("[resellers]\n")
    with pytest.raises(errors.Unusable, match="no section"):
        read_engines(path)


def test_an_engine_is_made_of_texts() -> None:
    engine = engine_from("ours", {"url": "http://127.0.0.1:9200/", "enum_url": "http://127.0.0.1:9201/", "ca_file": ""})

    assert engine == Engine(name="ours", url="http://127.0.0.1:9200/", endpoints={"Enum": "http://127.0.0.1:9201/"})


def test_an_engine_that_is_chosen_must_exist() -> None:
    with pytest.raises(errors.Unusable, match="There is no engine named 'a'; there are none"):
        Engines({}, "a")
