"""What people keep in their phonebooks: colleagues, and others with made-up names and numbers."""

from __future__ import annotations

from collections.abc import Iterator

from ngnpro_server.store.schema import phonebook
from ngnpro_server.values import fold

from .branches import Account, Branch
from .loading import Loader
from .making import Making
from .people import draw

_GROUPS = ("business", "business", "friends", "family", "vip", "")
_SHARE = 0.15


def load_phonebooks(making: Making, loader: Loader, branch: Branch) -> None:
    """Load phonebooks for some of the people."""
    for account in branch.people:
        if making.random.random() > _SHARE:
            continue
        entries = {uri: columns for uri, columns in _entries(making, branch) if uri != f"sip:{account.address}"}
        for uri, columns in entries.items():
            loader.add(phonebook, {"account_id": account.id, "uri": uri, **columns})


def _entries(making: Making, branch: Branch) -> Iterator[tuple[str, dict[str, str]]]:
    for colleague in making.random.choices(branch.accounts, k=making.random.randint(1, 4)):
        yield f"sip:{colleague.address}", _columns(colleague, "coworkers")
    for index in making.random.choices(range(branch.office.mobiles.size), k=making.random.randint(1, 5)):
        person = draw(making.random, branch.office.languages)
        names = {"first_name": person.first_name, "last_name": person.last_name}
        name = f"{person.first_name} {person.last_name}"
        uri = f"sip:00{branch.office.mobiles.number(index)}@{branch.domain['domain']}"
        yield uri, {"name": name, "name_key": fold(name), "group_name": making.random.choice(_GROUPS), **names}


def _columns(colleague: Account, group: str) -> dict[str, str]:
    return {
        "name": colleague.name,
        "name_key": fold(colleague.name),
        "group_name": group,
        "first_name": colleague.record["firstName"],
        "last_name": colleague.record["lastName"],
    }
