"""The file of a backup: a compressed tar archive of its parts, encrypted with age (https://age-encryption.org/v1).

Whoever makes a backup needs only the public keys of its recipients, so that it cannot be read on the machine that made
it. Besides this program, `age -d -i KEY FILE | tar xz` reads it.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pyrage
from pyrage.x25519 import Identity, Recipient

from .errors import BackupError

_AGE = b"age-encryption.org/"
_SECRET = "AGE-SECRET-KEY-"  # how lines with secret keys begin # noqa: S105


def pack(folder: Path, target: Path, recipients: Sequence[str]) -> None:
    """Write the folders in ``folder`` to the file ``target``, which must not exist; it appears when it is complete.

    ``recipients`` are age's public keys; without any, the file is not encrypted. Only this user may read it.
    Raises ``BackupError`` if a key is not one, or the file exists.
    """
    keys = recipients_of(recipients)
    with TemporaryDirectory(prefix=".backup-", dir=target.parent) as name:
        plain, complete = Path(name) / "plain", Path(name) / "complete"
        with tarfile.open(plain, "x:gz", compresslevel=6) as archive:
            for part in sorted(folder.iterdir()):
                archive.add(part, part.name)
        if keys:
            with plain.open("rb") as source, complete.open("xb") as encrypted:
                pyrage.encrypt_io(source, encrypted, keys)
        else:
            plain.rename(complete)
        complete.chmod(0o600)
        _flush(complete)
        try:
            os.link(complete, target)
        except FileExistsError:
            raise BackupError(f"{target} exists already. Nothing was written.") from None
        _flush(target.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def recipients_of(keys: Sequence[str]) -> list[Recipient]:
    """Read age's public keys; raise ``BackupError`` with the one that is none."""
    found = []
    for key in keys:
        try:
            found.append(Recipient.from_str(key))
        except pyrage.RecipientError:
            raise BackupError(f"{key!r} is not a public key of age, such as age1…: see docs/operations.md.") from None
    return found


def new_identity() -> tuple[str, str]:
    """Make a pair of keys: the public one, with which backups are encrypted, and the secret one, which reads them."""
    identity = Identity.generate()
    return str(identity.to_public()), str(identity)


@contextmanager
def unpacked(file: Path, identity: Path | None) -> Iterator[Path]:
    """Unpack a backup to a folder that exists for the block; ``identity`` is the file with the secret key, if any.

    Raises ``BackupError`` if the key is missing or another one, and if the file is damaged or no backup.
    """
    try:
        with file.open("rb") as opened:
            is_encrypted = opened.read(len(_AGE)) == _AGE
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from None
    with TemporaryDirectory(prefix="backup-") as name:
        plain, folder = Path(name) / "plain", Path(name) / "parts"
        if is_encrypted:
            _decrypt(file, plain, identity)
        try:
            with tarfile.open(plain if is_encrypted else file, "r:gz") as archive:
                _extract(archive, folder)
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise BackupError(f"{file} is damaged, or not a backup: {error}. Nothing was changed.") from None
        yield folder


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Write files and folders below a folder, and refuse all else; Debian 12's Python has no filters for that."""
    for member in archive:
        place = PurePosixPath(member.name)
        if place.is_absolute() or ".." in place.parts or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} cannot be in a backup")
        target = folder / place
        if member.isdir():
            target.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with archive.extractfile(member) or BytesIO() as source, target.open("xb") as written:
            shutil.copyfileobj(source, written)
        target.chmod(member.mode & 0o700)


def _decrypt(file: Path, plain: Path, identity: Path | None) -> None:
    if identity is None:
        raise BackupError(f"{file} is encrypted: give the file with the secret key (--identity). Nothing was changed.")
    keys = _identities(identity)
    try:
        with file.open("rb") as source, plain.open("xb") as target:
            pyrage.decrypt_io(source, target, keys)
    except pyrage.DecryptError:
        raise BackupError(
            f"The key in {identity} does not open {file}: it was encrypted for another key, or its beginning is "
            "damaged. Nothing was changed."
        ) from None
    except OSError as error:
        raise BackupError(f"{file} is damaged or incomplete: {error}. Nothing was changed.") from None


def _identities(file: Path) -> list[Identity]:
    """Read the secret keys in a file as `age-keygen` writes it: one a line, with comments after ``#``."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="ascii").splitlines()]
        found = [Identity.from_str(line) for line in lines if line.startswith(_SECRET)]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise BackupError(f"{file} has no secret key of age ({_SECRET}…). Nothing was changed.")
    return found
