"""Restores a backup onto an empty machine: the NGNPro server's part first, then the portal's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

from ngnpro_wire.backups.archive import unpacked
from ngnpro_wire.backups.errors import BackupError
from ngnpro_wire.backups.parts import Part, read_part
from portal.running.own_server import own_server

from .places import (
    DATABASE,
    KEY_FILE,
    MAILS,
    PART,
    SERVER_PART,
    key_file,
    key_is_a_setting,
    known_migrations,
    portal_database,
)


def restore_backup(source: Path, identity: Path | None) -> list[str]:
    """Restore a backup, and return sentences on what was restored and what was not.

    Nothing is changed unless everything fits: the file is whole, the key opens it, its version is known, and there is
    neither a portal nor a platform yet. Otherwise raises ``BackupError``.
    """
    with unpacked(source, identity) as folder:
        if not (folder / PART).is_dir():
            raise BackupError(f"{source} has no part of a portal: `python -m ngnpro_server restore` restores a server.")
        part = read_part(folder / PART)
        _require_empty(part)
        said = [_load_server(folder / SERVER_PART)] if (folder / SERVER_PART).is_dir() else []
        try:
            said.append(_load_portal(part))
        except (BackupError, OSError) as error:
            done = "The NGNPro server is restored, the portal is not" if said else "The portal is not restored"
            raise BackupError(f"{done}: {error}") from error
    return [*said, f"The backup was made at {part.made}.", *(f"Not contained: {text}" for text in part.left_out)]


def _require_empty(part: Part) -> None:
    part.require_fitting(DATABASE, portal_database(), known_migrations())
    mails = settings.MAIL_FOLDER
    if (part.folder / MAILS).is_dir() and mails.is_dir() and any(mails.iterdir()):
        raise BackupError(f"The folder {mails} has mails already. Nothing was changed.")


def _load_server(folder: Path) -> str:
    """Let the server restore its part, and return what it says about that."""
    with own_server().start("load", str(folder)) as process:
        output, complaint = process.communicate()
    if process.returncode:
        raise BackupError(f"The NGNPro server cannot be restored: {complaint.strip()}")
    return output.strip()


def _load_portal(part: Part) -> str:
    database = portal_database()
    connection.close()
    rows = part.load(DATABASE, database)
    texts = [f"Restored {rows:,} rows to {database.name}"]
    if (part.folder / KEY_FILE).exists():
        texts.append(_restore_key(part.folder / KEY_FILE))
    if (part.folder / MAILS).is_dir():
        shutil.copytree(part.folder / MAILS, settings.MAIL_FOLDER, dirs_exist_ok=True)
        texts.append("the mails")
    return f"{', '.join(texts)}."


def _restore_key(key: Path) -> str:
    """Put the key in place of the one that this command made when it read its settings, and which protects nothing."""
    if key_is_a_setting():
        return "not the key, because PORTAL_SECRET_KEY is set"
    new = key_file().with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.read_bytes())
    new.replace(key_file())
    return "the key"
