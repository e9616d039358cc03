"""Writing records as entries of the file, with usernames for owners, since numbers differ between platforms."""

from __future__ import annotations

from typing import Any

from portal.core.file_entries import EntriesInFile, Entry
from portal.ngnpro import Ngnpro, errors

from .lines import FileKind, owner_kind


class Owners:
    """Usernames of owners by number, and the other way round; each is fetched once."""

    def __init__(self, ngnpro: Ngnpro) -> None:
        self._ngnpro = ngnpro
        self._kind = owner_kind()
        self._by_number: dict[int, Any | None] = {}
        self._by_name: dict[str, int] = {}

    def username(self, number: int) -> str | None:
        """Return the username of an owner; ``None`` for no owner, and for one that the viewer may not see."""
        owner = self._record(number) if number else None
        return self._key(owner) if owner else None

    def _key(self, owner: Any) -> str:
        return "@".join(read(owner) for read in self._kind.in_file.key.values())

    def _record(self, number: int) -> Any | None:
        find = self._kind.resource.find
        if number not in self._by_number:
            self._by_number[number] = find(self._ngnpro, str(number)) if find else None
        return self._by_number[number]

    def number(self, username: str | None) -> int:
        """Return the number of an owner by username; 0 for no owner, and for one that does not exist."""
        if not username:
            return 0
        if not self._by_name.get(username):
            found, key = self._kind.find(self._ngnpro, username), self._kind.resource.key
            self._by_name[username] = int(key(found)) if found and key else 0
        return self._by_name[username]

    def fetched(self) -> list[Any]:
        """List all owners that were asked for and their own owners: those that own themselves first, then by name."""
        for owner in list(self._by_number.values()):
            for name in self._kind.in_file.owners if owner else ():
                self.username(getattr(owner, name))
        found = [owner for owner in self._by_number.values() if owner]
        return sorted(found, key=lambda owner: (not self._owns_itself(owner), self._key(owner)))

    def _owns_itself(self, owner: Any) -> bool:
        key = self._kind.resource.key
        return any(key is not None and key(owner) == str(getattr(owner, name)) for name in self._kind.in_file.owners)


class Entries:
    """Writes records as entries of the file; with ``secrets`` passwords and keys, too."""

    def __init__(self, ngnpro: Ngnpro, owners: Owners, *, secrets: bool = False) -> None:
        self._ngnpro = ngnpro
        self._owners = owners
        self._secrets = secrets

    def entry_of(self, kind: FileKind, record: Any) -> Entry:
        """Return the entry of a record, without its parts."""
        declared = kind.in_file
        record = declared.prepare(record)
        entry = declared.shape.write(record, secrets=self._secrets)
        entry |= {name: read(record) for name, read in (*declared.key.items(), *declared.more.items())}
        return entry | {name: self._owners.username(getattr(record, name)) for name in declared.owners}

    def parts_of(self, kind: FileKind, record: Any) -> Entry:
        """Return the members of a record's parts, without those that this NGNPro server does not have or refuses."""
        found: Entry = {}
        key = kind.resource.key(record) if kind.resource.key else ""
        for resource, part in kind.parts:
            try:
                if isinstance(part, EntriesInFile):
                    found[part.member] = [part.shape.write(one) for one in part.fetch(self._ngnpro, key)]
                elif resource.find:
                    found |= part.write(resource.find(self._ngnpro, key), self._secrets)
            except (errors.NotOffered, errors.NotPermitted):
                continue
        return found
