"""The file of a backup holds files and folders, and writes nothing outside of the folder it is unpacked to."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from ngnpro_wire.backups.archive import pack, unpacked
from ngnpro_wire.backups.errors import BackupError


def test_what_is_packed_is_unpacked_with_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "parts" / "portal").mkdir(parents=True)
    secret = tmp_path / "parts" / "portal" / "secret-key"
    secret.write_bytes(b"key")
    secret.chmod(0o600)
    pack(tmp_path / "parts", tmp_path / "file", ())
    with unpacked(tmp_path / "file", None) as folder:
        assert (folder / "portal" / "secret-key").read_bytes() == b"key"
        assert (folder / "portal" / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("link", tarfile.SYMTYPE),
        ("dev", tarfile.CHRTYPE),
    ],
)
def test_anything_else_than_files_below_the_folder_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "file", "x:gz") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member, io.BytesIO())
    with pytest.raises(BackupError, match="cannot be in a backup"), unpacked(tmp_path / "file", None):
        pass
    assert not (tmp_path / "outside").exists()
