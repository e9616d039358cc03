"""Makes a backup that is consistent over the portal and the NGNPro server.

Nothing may be in one and contradict the other: the journal says what was written, so no entry may end between the two
snapshots. Order: the journal and the jobs are locked for writing, the server opens its snapshot, the portal opens its
own, the lock is released; only then are both copied. A write that was under way then is without an outcome in the
portal's copy, and after a restore it is compared with the platform like any other that was broken off.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from django.conf import settings
from django.db import OperationalError, connection, transaction

from ngnpro_wire.backups.archive import pack, recipients_of
from ngnpro_wire.backups.databases import Database
from ngnpro_wire.backups.errors import BackupError
from ngnpro_wire.backups.parts import Part
from portal.jobs.models import Job, JobRow
from portal.journal.models import JournalEntry
from portal.running.own_server import Process, own_server

from .nightly import new_name
from .places import (
    DATABASE,
    KEY_FILE,
    MAILS,
    PART,
    SERVER_PART,
    applied_migrations,
    key_file,
    left_out,
    portal_database,
)

# PostgreSQL resolves a deadlock after a second: the lock is given up before, so that no page ever pays for it.
_LOCK_MILLISECONDS, _TRIES, _PAUSE = 300, 40, 0.25


def make_backup(target: Path, database: Database | None = None) -> tuple[Path, list[str]]:
    """Write a backup to a new file, or to a file in a folder, and return it with sentences on what it leaves out.

    ``database`` is the portal's, by default that of the settings. The file is encrypted for
    ``PORTAL_BACKUP_RECIPIENTS``. Raises ``BackupError`` if it fails; there is no file then.
    """
    recipients_of(settings.BACKUP_RECIPIENTS)
    file = target / new_name() if target.is_dir() else target
    if file.exists():
        raise BackupError(f"{file} exists already. Nothing was written.")
    with TemporaryDirectory(prefix=".backup-", dir=file.parent) as name:
        part = _copy_all(Path(name), database or portal_database())
        pack(Path(name), file, settings.BACKUP_RECIPIENTS)
    return file, part.left_out


def _copy_all(folder: Path, database: Database) -> Part:
    part, schema = Part(folder / PART, PART, left_out=left_out()), applied_migrations()
    part.folder.mkdir(mode=0o700)
    with ExitStack() as stack:
        server = stack.enter_context(_server_dump(folder / SERVER_PART)) if settings.NGNPRO_CONFIG.exists() else None
        with _writes_stopped():
            if server:
                server.open()
            snapshot = stack.enter_context(database.snapshot())
        part.add(DATABASE, database, snapshot, schema)
        _copy_files(part.folder)
        part.write_manifest()
        if server:
            server.finish()
    return part


def _copy_files(folder: Path) -> None:
    """Copy key and mails, after the database: a mail whose row says that it was sent is among them."""
    if key_file().exists():
        shutil.copyfile(key_file(), folder / KEY_FILE)
    if not settings.EMAIL_HOST and settings.MAIL_FOLDER.is_dir():
        shutil.copytree(settings.MAIL_FOLDER, folder / MAILS)


@contextmanager
def _writes_stopped() -> Iterator[None]:
    """Let nothing write to the journal and to jobs within the block; raise ``BackupError`` if writes do not pause."""
    with ExitStack() as stack:
        for _try in range(_TRIES):
            try:
                stack.enter_context(_locked())
                break
            except OperationalError:
                time.sleep(_PAUSE)
        else:
            raise BackupError("The portal's database is written to without a pause. Nothing was written; try again.")
        yield


@contextmanager
def _locked() -> Iterator[None]:
    """Hold the write lock of SQLite, or that of the tables that say what was written to NGNPro."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in (JournalEntry, Job, JobRow))
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {_LOCK_MILLISECONDS}")
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
        yield


class _Dump:
    """The process that copies the server's databases."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def open(self) -> None:
        """Let it open its snapshots, and return when they are open."""
        with suppress(BrokenPipeError):
            print("open", file=self._process.stdin, flush=True)
        self.expect("open")

    def expect(self, word: str) -> None:
        """Wait for a line of the process; raise ``BackupError`` with its complaint if it ends instead."""
        if cast(IO[str], self._process.stdout).readline().strip() != word:
            self.finish()
            raise BackupError("The NGNPro server's part ended too early. There is no backup.")

    def finish(self) -> None:
        """Wait for the end of the copy; raise ``BackupError`` if it failed."""
        _output, complaint = self._process.communicate()
        if self._process.returncode:
            raise BackupError(f"The NGNPro server's part failed: {complaint.strip()} There is no backup.")


@contextmanager
def _server_dump(folder: Path) -> Iterator[_Dump]:
    with own_server().start("dump", str(folder)) as process:
        dump = _Dump(process)
        try:
            dump.expect("ready")
            yield dump
        finally:
            process.kill()
