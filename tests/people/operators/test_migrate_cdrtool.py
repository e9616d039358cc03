"""Logins of CDRTool become operators: read from a dump or a database, shown first, added with one-use links."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pymysql
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from sqlalchemy import make_url

from portal.people.operators.cdrtool import reading
from portal.people.operators.cdrtool.planning import networks_of, plan_logins
from portal.people.operators.models import Operator
from tests.support.database_servers import database_server
from tests.support.portal import Platform

CREATE = """
-- MySQL dump 10.13; a comment with ; and 'quotes
DROP TABLE IF EXISTS `auth_user`;
/*!40101 SET character_set_client = utf8 */;
CREATE TABLE `auth_user` (
  `user_id` varchar(32) NOT NULL DEFAULT '',
  `username` varchar(32) NOT NULL DEFAULT '',
  `password` varchar(32) NOT NULL DEFAULT '',
  `perms` varchar(255) DEFAULT NULL,
  `expire` date NOT NULL DEFAULT '0000-00-00',
  `organization` varchar(255) NOT NULL DEFAULT '',
  `name` varchar(50) NOT NULL DEFAULT '',
  `email` varchar(50) NOT NULL DEFAULT '',
  `domainFilter` varchar(255) NOT NULL DEFAULT '',
  `aclFilter` varchar(255) NOT NULL DEFAULT '',
  `impersonate` varchar(50) NOT NULL,
  PRIMARY KEY (`user_id`),
  UNIQUE KEY `k_username` (`username`)
) ENGINE=MyISAM;
"""


def inserted(*rows: tuple[str | None, ...]) -> str:
    def written(value: str | None) -> str:
        return "NULL" if value is None else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    values = ",\n".join(f"({','.join(map(written, row))})" for row in rows)
    return f"INSERT INTO `other` VALUES ('a;b');\nINSERT INTO `auth_user` VALUES {values};\n"  # noqa: S608 - a dump, not a query


def login(username: str, perms: str | None = "admin,provisioning", **more: str) -> tuple[str | None, ...]:
    known = {"expire": "0000-00-00", "organization": "Acme", "name": "", "email": "", "domain": "", "acl": ""} | more
    head = ("1" + username, username, "5f4dcc3b5aa765d61d8327deb882cf99", perms)
    names = ("expire", "organization", "name", "email", "domain", "acl")
    return (*head, *(known[name] for name in names), known.get("impersonate", "0.0"))


def dump_of(folder: Path, *rows: tuple[str | None, ...]) -> Path:
    path = folder / "cdrtool.sql"
    path.write_text(CREATE + inserted(*rows))
    return path


def call(*words: Any) -> str:
    output = StringIO()
    call_command("migrate_cdrtool", *words, stdout=output)
    return output.getvalue()


def test_a_dump_is_read_with_its_quotes_escapes_and_nulls(tmp_path: Path) -> None:
    path = dump_of(tmp_path, login("one", name="Ada O'Hara; \\ (x), y", email="a@example.net"), login("two", None))
    first, second = reading.read_dump(path)
    assert (first["name"], first["email"]) == ("Ada O'Hara; \\ (x), y", "a@example.net")
    assert (second["username"], second["perms"]) == ("two", "")


def test_nothing_is_changed_before_apply_and_then_links_are_shown_once(platform: Platform, tmp_path: Path) -> None:
    path = dump_of(
        tmp_path,
        login("Boss", expire="2030-12-31", name="Bo Ss", email="boss@example.net", acl="192.0.2. 2001:db8::/32"),
        login("looker", "provisioning,readonly", domain="example.com other.example"),
        login("caller", "callsearch,statistics"),
    )
    said = call("--dump", path)
    assert "nothing was changed" in said
    assert "caller: not added: it may not open the provisioning pages" in said
    assert Operator.objects.count() == 0

    said = call("--dump", path, "--apply")
    assert "2 operators were added" in said
    boss, looker = Operator.objects.order_by("username")
    assert (boss.username, boss.name, boss.email, str(boss.expires_on)) == (
        *("boss", "Bo Ss", "boss@example.net"),
        "2030-12-31",
    )
    assert (boss.may_change, boss.may_see_passwords, boss.may_see_calls) == (True, True, True)
    assert boss.networks == "192.0.2.0/24\n2001:db8::/32"
    assert (looker.may_change, looker.may_see_passwords, looker.may_see_calls) == (False, False, False)
    assert looker.domains == "example.com\nother.example"
    assert not boss.has_usable_password()
    (link,) = [line.strip() for line in said.splitlines() if line.strip().startswith("http")][:1]
    assert Client().get(re.sub("^https?://[^/]+", "", link)).status_code == 302
    assert "an operator with this name exists already" in call("--dump", path)


def test_logins_of_resellers_are_limited_to_them_and_those_of_customers_are_told(
    world: Platform, tmp_path: Path
) -> None:
    account = world.account()
    reseller, customer = account.reseller, account.customer
    rows = [
        {"username": name, "perms": "provisioning", "impersonate": who}
        for name, who in (
            ("one", f"{reseller}.{reseller}"),
            ("two", f"{customer}.{reseller}"),
            ("three", "4711"),
            ("four", "root"),
            ("x@example.com", ""),
        )
    ]
    one, *others = plan_logins(rows, lambda number: number == reseller)
    assert one.operator is not None
    assert one.operator.tree == reseller
    assert all(login.operator is None for login in others)
    assert [login.reason.split(" ")[0] for login in others] == ["it", "NGNPro", "“root”", "SIP"]
    path = dump_of(tmp_path, login("one", "provisioning", impersonate=f"{reseller}.{reseller}"))
    call("--dump", path, "--apply")
    assert Operator.objects.get().tree == reseller


@pytest.mark.parametrize(
    ("acl", "networks"),
    [
        ("", []),
        ("10. 192.0.2.7", ["10.0.0.0/8", "192.0.2.7/32"]),
        ("192.168", ["192.168.0.0/16"]),
        ("2001:db8::1", ["2001:db8::1/128"]),
    ],
)
def test_beginnings_of_addresses_become_networks(acl: str, networks: list[str]) -> None:
    assert networks_of(acl) == networks


@pytest.mark.parametrize("acl", ["10.0.300.", "office", "1.2.3.4.5"])
def test_a_login_whose_address_list_cannot_be_read_is_not_added_without_it(db: None, acl: str) -> None:
    (planned,) = plan_logins([{"username": "one", "perms": "admin", "aclFilter": acl}], lambda _number: True)
    assert planned.operator is None
    assert acl in planned.reason


def test_a_file_without_logins_and_a_wrong_address_are_told(platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "empty.sql").write_text("CREATE TABLE `x` (`y` int);")
    with pytest.raises(CommandError, match="has no rows"):
        call("--dump", tmp_path / "empty.sql")
    with pytest.raises(CommandError, match="is written as"):
        call("--database", "postgresql://host/x")


@pytest.mark.real
def test_logins_are_read_from_a_database() -> None:
    with database_server("mariadb") as server:
        socket = make_url(server.create("cdrtool")).query["unix_socket"]
        connection = pymysql.connect(user="root", unix_socket=socket, database="cdrtool")
        with connection, connection.cursor() as cursor:
            cursor.execute(CREATE[CREATE.index("CREATE") :])
            cursor.execute(inserted(login("Boss", acl="10."), login("two", None)).partition("\n")[2])
            connection.commit()
        rows = reading.read_database(f"mysql://root@localhost/cdrtool?unix_socket={socket}")
    assert [(row["username"], row["perms"], row["aclFilter"]) for row in rows] == [
        ("Boss", "admin,provisioning", "10."),
        ("two", "", ""),
    ]
