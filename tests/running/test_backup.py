"""Tests of backups: what is restored is what there was, at one moment of portal and platform, or nothing at all."""

from __future__ import annotations

import configparser
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import DjangoDbBlocker, Settings
from sqlalchemy import create_engine, inspect, select, table, text

from ngnpro_server.commands import main as server_command
from ngnpro_server.seed.command import seed_platform
from ngnpro_wire.backups.archive import new_identity
from ngnpro_wire.backups.databases import Database, Snapshot
from portal.journal.labels import EntryResult
from portal.journal.models import JournalAuthor, JournalEntry
from portal.ngnpro.checkup import Grade
from portal.people.operators.models import Operator
from portal.running.backup.making import make_backup
from portal.running.backup.nightly import backup_age
from portal.running.backup.places import portal_database as portal_database_here
from portal.running.install import settings_checks
from portal.running.tasks import back_up
from tests.support import databases
from tests.support.database_servers import DatabaseServer, database_server
from tests.support.portal_database import PORTAL_DATABASES, portal_database, server_url, sqlite_url
from tests.support.server import TestServer, make_server

PUBLIC, SECRET = new_identity()
on_both = pytest.mark.parametrize("home", PORTAL_DATABASES, indirect=True)


@pytest.fixture(scope="module")
def postgresql() -> Iterator[DatabaseServer]:
    with database_server("postgresql") as server:
        yield server


@dataclass
class Home:
    """A portal and its NGNPro server, and an empty machine beside them."""

    server: TestServer
    portal_url: str
    empty_portal: str
    empty_records: str
    settings: Settings
    folder: Path

    @contextmanager
    def on_empty_machine(self) -> Iterator[None]:
        """Use the empty machine within the block."""
        self.settings.VAR = self.folder / "empty"
        self.settings.VAR.mkdir(exist_ok=True)
        self.settings.MAIL_FOLDER = self.settings.VAR / "mail"
        self.settings.NGNPRO_CONFIG = self.settings.VAR / "ngnpro.ini"
        if self.empty_records and not self.settings.NGNPRO_CONFIG.exists():
            write_config(self.settings.NGNPRO_CONFIG, self.empty_records, self.empty_records)
        with portal_database(self.empty_portal):
            yield

    def records(self) -> dict[str, list[Any]]:
        """Return all rows of the platform and of the portal."""
        parts = {"": self.server.config.database.url, "proxy ": self.server.config.database.proxy_url}
        return {k: v for name, url in {**parts, "portal ": self.portal_url}.items() for k, v in rows(name, url).items()}

    def restored(self) -> dict[str, list[Any]]:
        """Return all rows of the machine that was empty."""
        at = self.settings.VAR
        records = self.empty_records or f"sqlite:///{at / 'ngnpro.sqlite3'}"
        parts = {"": records, "proxy ": self.empty_records or f"sqlite:///{at / 'proxy.sqlite3'}"}
        parts["portal "] = self.empty_portal
        return {key: value for name, url in parts.items() for key, value in rows(name, url).items()}


def rows(name: str, url: str) -> dict[str, list[Any]]:
    server, _, database = url.removeprefix("postgres://ngnpro@").partition("/")
    engine = create_engine(f"postgresql+psycopg://ngnpro@/{database}?host={server}" if "postgres://" in url else url)
    with engine.connect() as opened:
        tables = inspect(opened).get_table_names()
        found = {
            name + one: sorted(map(repr, opened.execute(select(text("*")).select_from(table(one))))) for one in tables
        }
    engine.dispose()
    return found


def write_config(file: Path, url: str, proxy_url: str) -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser["administrator"] = {"username": "admin", "password": "administrators-secret"}
    parser["database"] = {"url": url, "proxy_url": proxy_url}
    with file.open("w") as opened:
        parser.write(opened)


@pytest.fixture
def home(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    django_db_blocker: DjangoDbBlocker,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Home]:
    server = request.getfixturevalue("postgresql") if getattr(request, "param", "") == "postgresql" else None
    monkeypatch.delenv("PORTAL_SECRET_KEY")
    settings.VAR, settings.BACKUP_RECIPIENTS = tmp_path / "var", [PUBLIC]
    settings.MAIL_FOLDER, settings.NGNPRO_CONFIG = tmp_path / "var/mail", tmp_path / "var/ngnpro.ini"
    settings.MAIL_FOLDER.mkdir(parents=True)
    (settings.MAIL_FOLDER / "1.eml").write_text("Subject: Welcome")
    (settings.VAR / "secret-key").write_text("the key")
    (tmp_path / "key").write_text(f"# a comment\n{SECRET}\n")
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(databases.using(server))
        here = make_server(tmp_path)
        url = server_url(server) if server else sqlite_url(tmp_path)
        stack.enter_context(portal_database(url))
        empty = f"sqlite:///{tmp_path / 'empty/portal.sqlite3'}", ""
        if server:
            portal, records = (f"empty_{part}_{tmp_path.name[-6:]}" for part in ("portal", "records"))
            server.create(portal)
            empty = f"postgres://ngnpro@{quote(str(server.folder), safe='')}/{portal}", server.create(records)
            write_config(settings.NGNPRO_CONFIG, here.config.database.url, here.config.database.proxy_url)
        else:
            # as `init-db` writes it: the databases are beside it
            settings.NGNPRO_CONFIG.write_text("[administrator]\nusername = admin\npassword = administrators-secret\n")
            for name in ("ngnpro.sqlite3", "proxy.sqlite3"):
                (settings.VAR / name).symlink_to(tmp_path / name)
        yield Home(here, url, *empty, settings, tmp_path)


def call(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


def backed_up(home: Home) -> Path:
    call("backup", str(home.folder / "one.backup"))
    return home.folder / "one.backup"


def restore(home: Home, file: Path, *words: str) -> str:
    return call("restore", str(file), *(words or ("--identity", str(home.folder / "key"))))


@on_both
def test_everything_is_restored_record_by_record_onto_an_empty_machine(home: Home) -> None:
    seed_platform(home.server.engine, home.server.proxy, home.server.config, accounts=None, logins=None)
    Operator.objects.create_user("zoë", "a password of hers", name="Zoë '); DROP TABLE \n x")
    entry_of("example.com", EntryResult.DONE)
    before = home.records()
    assert sum(map(len, before.values())) > 5000
    printed = call("backup", str(home.folder))
    [file] = home.folder.glob("portal-*.backup")
    assert "(encrypted)" in printed
    assert b"secret" not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with home.on_empty_machine():
        assert "init-db" in restore(home, file)
        assert home.restored() == before
        assert (home.settings.VAR / "secret-key").read_text() == "the key"
        assert (home.settings.MAIL_FOLDER / "1.eml").read_text() == "Subject: Welcome"
        assert (home.settings.VAR / "ngnpro.ini").stat().st_mode & 0o077 in (0, 0o044)
        with pytest.raises(CommandError, match=r"is not empty\. Nothing was changed"):
            restore(home, file)
        assert home.restored() == before


def entry_of(domain: str, result: EntryResult = EntryResult.BROKEN_OFF) -> JournalEntry:
    author, _new = JournalAuthor.objects.get_or_create(role="operator", login="ines", name="Ines")
    return JournalEntry.objects.create(author=author, operation="addDomain", kind="domain", key=domain, result=result)


@on_both
def test_no_entry_of_the_journal_contradicts_the_platform_of_the_same_backup(home: Home) -> None:
    """Writes go on during the backup, and one is made between the two snapshots if nothing prevents it."""
    stop, written = threading.Event(), threading.Event()

    def write(domain: str) -> None:
        entry = entry_of(domain)
        home.server.call("Sip", "addDomain", domain={"domain": domain})
        JournalEntry.objects.filter(pk=entry.pk).update(result=EntryResult.DONE)
        connection.close()

    def write_on() -> None:
        for number in range(10_000):
            write(f"d{number}.example.com")
            written.set()
            if stop.wait(0.005):
                break

    between = threading.Thread(target=write, args=("between.example.com",))
    writer = threading.Thread(target=write_on)
    writer.start()
    assert written.wait(60)
    try:
        file, _left_out = make_backup(home.folder / "one.backup", Delayed(portal_database_here(), between))
    finally:
        stop.set()
        writer.join()
        between.join()
    with home.on_empty_machine():
        restore(home, file)
        entries = dict(JournalEntry.objects.values_list("key", "result"))
        done = {key for key, result in entries.items() if result == EntryResult.DONE}
        restored = home.restored()
        names = {one for one in (*entries, "between.example.com") if f"'{one}'" in str(restored["sip_domains"])}
        connection.close()
    assert done <= names <= entries.keys()
    assert done


@dataclass
class Delayed:
    """A database whose snapshot is opened only after another write had time to be made."""

    database: Database
    writer: threading.Thread

    @property
    def kind(self) -> str:
        return self.database.kind

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        self.writer.start()
        self.writer.join(0.4)
        with self.database.snapshot() as opened:
            yield opened


def test_another_key_a_damaged_file_and_a_missing_key_are_told_apart(home: Home) -> None:
    file = backed_up(home)
    (home.folder / "other").write_text(new_identity()[1])
    with home.on_empty_machine():
        with pytest.raises(CommandError, match="it was encrypted for another key"):
            restore(home, file, "--identity", str(home.folder / "other"))
        with pytest.raises(CommandError, match="is encrypted: give the file with the secret key"):
            call("restore", str(file))
        data = file.read_bytes()
        for damaged in (data[: len(data) // 2], data[:-200], data[: len(data) // 2] + b"\0" + data[len(data) // 2 :]):
            (home.folder / "damaged").write_bytes(damaged)
            with pytest.raises(CommandError, match=r"is damaged or incomplete.*Nothing was changed"):
                restore(home, home.folder / "damaged")
        assert not home.settings.VAR.joinpath("mail").exists()
        with pytest.raises(CommandError, match="cannot be read: No such file"):
            restore(home, home.folder / "none")


def test_a_platform_that_is_not_empty_is_kept_and_the_portal_stays_empty(home: Home) -> None:
    file = backed_up(home)
    with home.on_empty_machine():
        config = home.settings.NGNPRO_CONFIG
        assert server_command(["--config", str(config), "init-db"]) == 0
        before = rows("", home.empty_records or f"sqlite:///{home.settings.VAR / 'ngnpro.sqlite3'}")
        with pytest.raises(CommandError, match=r"NGNPro server cannot be restored: .* is not empty\. Nothing was"):
            restore(home, file)
        assert rows("", home.empty_records or f"sqlite:///{home.settings.VAR / 'ngnpro.sqlite3'}") == before
        assert rows("", home.empty_portal) == {}


def test_a_backup_of_a_newer_version_is_not_restored(home: Home) -> None:
    MigrationRecorder(connection).record_applied("journal", "9999_not_known_here")
    file = backed_up(home)
    with home.on_empty_machine(), pytest.raises(CommandError, match=r"newer version.*journal\.9999_not_known_here"):
        restore(home, file)


@on_both
def test_a_server_alone_is_backed_up_and_restored_by_its_own_command(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.server.call("Sip", "addDomain", domain={"domain": "example.com"})
    monkeypatch.setenv("NGNPRO_BACKUP_RECIPIENTS", PUBLIC)
    config, file = str(home.settings.NGNPRO_CONFIG), str(home.folder / "server.backup")
    assert server_command(["--config", config, "backup", file]) == 0
    assert "(encrypted)" in capsys.readouterr().out
    assert server_command(["--config", config, "backup", file]) == 1
    assert "exists already" in capsys.readouterr().err
    assert server_command(["--config", config, "restore", file, "--identity", str(home.folder / "key")]) == 1
    assert "is not empty. Nothing was changed." in capsys.readouterr().err
    with home.on_empty_machine():
        empty = str(home.settings.NGNPRO_CONFIG)
        assert server_command(["--config", empty, "restore", file, "--identity", str(home.folder / "key")]) == 0
        restored = {name: found for name, found in home.restored().items() if not name.startswith("portal ")}
    assert restored == {name: found for name, found in home.records().items() if not name.startswith("portal ")}


def test_the_worker_keeps_the_newest_backups_and_none_is_deleted_for_one_that_failed(home: Home) -> None:
    folder = home.folder / "nightly"
    home.settings.BACKUP_FOLDER, home.settings.BACKUP_KEEP = "", 2
    assert back_up() == ""
    home.settings.BACKUP_FOLDER = str(folder)
    folder.mkdir()
    old = [folder / f"portal-2020-01-0{day}T024100Z.backup" for day in (1, 2, 3)]
    for file in (*old, folder / "not ours.txt"):
        file.write_text("")
    made = back_up()
    assert sorted(map(str, folder.iterdir())) == sorted([str(folder / "not ours.txt"), str(old[2]), made])
    home.settings.BACKUP_RECIPIENTS = ["no key"]
    assert back_up() == ""
    assert old[2].exists()


def test_a_backup_that_is_too_old_is_to_be_mended(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER, settings.BACKUP_RECIPIENTS = str(tmp_path), [PUBLIC]
    assert (backup_age(), bad()) == (None, [])
    file = tmp_path / "portal-2026-12-01T024100Z.backup"
    file.touch()
    assert bad() == []
    os.utime(file, (time.time() - 27.5 * 3600,) * 2)
    assert bad() == [f"The newest backup in {tmp_path} is 27 hours old: see the worker's log."]


def bad() -> list[str]:
    found = settings_checks.check_backups()
    return [one.text for one in found if one.grade is Grade.BAD]
