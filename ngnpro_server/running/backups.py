"""Backups of the server: its databases as they were at one moment, and its configuration file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, create_engine, make_url

from ngnpro_server.config import Config, load_config
from ngnpro_server.store.engine import open_engine, transaction
from ngnpro_server.store.migrate import current_revisions, known_revisions
from ngnpro_wire.backups.archive import pack, unpacked
from ngnpro_wire.backups.databases import Database, Postgresql, SqliteFile
from ngnpro_wire.backups.errors import BackupError
from ngnpro_wire.backups.parts import Part, read_part

PART = "ngnpro"
_CONFIG = "ngnpro.ini"
_OTHER = "Backups of {} are made with its own tools: see docs/operations.md. Nothing was written."
_NOT_HERE = "{} is not a backup of an NGNPro server of this program. Nothing was changed."


def make_backup(path: Path, config: Config, target: Path) -> None:
    """Write a backup of the server to a new file, encrypted for the recipients of ``[backup]``."""
    with TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        dump(path, config, Path(name) / PART)
        pack(Path(name), target, config.backup.keys)


def restore_backup(path: Path, source: Path, identity: Path | None) -> str:
    """Restore the server from a backup of its own or of the portal, and return what was restored."""
    with unpacked(source, identity) as folder:
        if not (folder / PART).is_dir():
            raise BackupError(_NOT_HERE.format(source))
        return load(path, folder / PART)


def dump(path: Path, config: Config, folder: Path, opened: Callable[[], object] = lambda: None) -> None:
    """Copy the databases and the configuration file to a new folder; ``opened`` is called when the snapshots are."""
    databases = databases_of(config)
    folder.mkdir(mode=0o700)
    part, schema = Part(folder, PART), _schema(config)
    with ExitStack() as stack:
        snapshots = {name: stack.enter_context(one.snapshot()) for name, one in databases.items()}
        opened()
        for name, snapshot in snapshots.items():
            part.add(name, databases[name], snapshot, schema if name == "records" else [])
    shutil.copyfile(path, folder / _CONFIG)
    part.left_out = ["Settings from the environment, certificates and their keys."]
    part.write_manifest()


def load(path: Path, folder: Path) -> str:
    """Restore what ``dump`` wrote, and return in words what that was.

    The configuration file at ``path`` is kept if there is one. Raises ``BackupError`` if a database is not empty.
    """
    part = read_part(folder)
    is_new = not path.exists()
    if is_new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_new(folder / _CONFIG, path)
    try:
        databases = databases_of(load_config(path))
        for name, database in databases.items():
            part.require_fitting(name, database, known_revisions())
    except BaseException:  # whatever ended it, Ctrl-C too: a configuration without its databases must not stay
        if is_new:
            path.unlink()
        raise
    rows = [f"{part.load(name, one):,} rows to {one.name}" for name, one in databases.items()]
    return f"Restored {' and '.join(rows)}; {path} {'is that of the backup' if is_new else 'was there and is kept'}."


def databases_of(config: Config) -> dict[str, Database]:
    """Return the database of the records and, if it is another one, that of the SIP proxy.

    Raises ``BackupError`` for MariaDB.
    """
    urls = {"records": config.database.url, "proxy": config.database.proxy_url}
    if urls["proxy"] == urls["records"]:
        del urls["proxy"]
    return {name: _database(url) for name, url in urls.items()}


def _database(url: str) -> Database:
    address = make_url(url)
    kind = address.get_backend_name()
    if kind == "sqlite":
        return SqliteFile(Path(address.database or ""))
    if kind != "postgresql":
        raise BackupError(_OTHER.format("MariaDB"))
    engine: Engine = create_engine(address)
    _words, named = engine.dialect.create_connect_args(address)
    settings: dict[str, Any] = dict(named)
    settings.pop("context", None)
    return Postgresql(make_conninfo("", **settings))


def _schema(config: Config) -> list[str]:
    engine = open_engine(config.database.url, config.database)
    try:
        with transaction(engine, write=False) as connection:
            return current_revisions(connection)
    finally:
        engine.dispose()


def _copy_new(source: Path, target: Path) -> None:
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(source.read_bytes())
