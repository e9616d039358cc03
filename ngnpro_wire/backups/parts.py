"""A part of a backup: a folder with files, and a manifest that says what they are.

``manifest.json`` has ``format`` (1), ``made`` (ISO 8601, UTC), ``part`` (``portal`` or ``ngnpro``), ``databases`` (by
name: ``kind``, ``rows`` by table, ``schema``: a list of the migrations applied), ``left_out`` (sentences on what is not
contained), and ``files``: size and SHA-256 of each file by its path in the folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .databases import Database, Snapshot
from .errors import BackupError

MANIFEST = "manifest.json"
FORMAT = 1
_DAMAGED = "The backup is damaged: {}. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Copy:
    """What a manifest says of one database."""

    kind: str
    rows: dict[str, int]
    schema: list[str]


@dataclass(slots=True)
class Part:
    """A folder of a backup, and its manifest."""

    folder: Path
    part: str
    made: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    databases: dict[str, Copy] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def add(self, name: str, database: Database, snapshot: Snapshot, schema: Sequence[str]) -> None:
        """Copy a database to the file ``name.database``."""
        snapshot.write(self.file(name))
        self.databases[name] = Copy(database.kind, snapshot.rows(), sorted(schema))

    def file(self, name: str) -> Path:
        """Return the file of a database."""
        return self.folder / f"{name}.database"

    def write_manifest(self) -> None:
        """Write the manifest, with size and digest of every file that is in the folder."""
        files = {str(path.relative_to(self.folder)): _facts(path) for path in _files(self.folder)}
        said: dict[str, Any] = {"format": FORMAT, **asdict(self), "files": files}
        del said["folder"]
        (self.folder / MANIFEST).write_text(json.dumps(said, indent=1))

    def require_fitting(self, name: str, database: Database, known: Sequence[str]) -> None:
        """Raise ``BackupError`` unless ``database`` can take the copy, in a program with the migrations ``known``."""
        copy = self.databases[name]
        if copy.kind != database.kind:
            raise BackupError(
                f"The backup is of {copy.kind}, and {database.name} is of {database.kind}. Nothing was changed: set a "
                f"database of {copy.kind}."
            )
        if unknown := sorted(set(copy.schema) - set(known)):
            raise BackupError(
                f"The backup is of a newer version, whose tables this version does not know ({unknown[0]}). Nothing "
                "was changed: install the version of the backup."
            )
        if not database.is_empty():
            raise BackupError(f"The database {database.name} is not empty. Nothing was changed.")

    def load(self, name: str, database: Database) -> int:
        """Restore a database, count its rows, and return how many there are."""
        database.load(self.file(name))
        with database.snapshot() as snapshot:
            rows = snapshot.rows()
        if rows != self.databases[name].rows:
            raise BackupError(f"The database {database.name} has other numbers of rows than the backup.")
        return sum(rows.values())


def read_part(folder: Path) -> Part:
    """Read a part; raise ``BackupError`` if its manifest is of another format, or a file is not as it says."""
    try:
        said = json.loads((folder / MANIFEST).read_text())
        if said.pop("format") != FORMAT:
            raise BackupError("The backup was made by a newer version, which is needed to restore it.")
        files = said.pop("files")
        copies = {name: Copy(**about) for name, about in said.pop("databases").items()}
        part = Part(folder, databases=copies, **said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(_DAMAGED.format(f"its manifest cannot be read ({type(error).__name__})")) from None
    found = {str(path.relative_to(folder)): _facts(path) for path in _files(folder)}
    for name in sorted(files.keys() | found.keys()):
        if files.get(name) != found.get(name):
            raise BackupError(_DAMAGED.format(f"{name} is not as it was written"))
    return part


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path != folder / MANIFEST)


def _facts(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"size": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
