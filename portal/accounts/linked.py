"""Columns of imported accounts that ask for other records: their mailboxes, aliases and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from portal.core.resources import LinkedColumn

Cells = Mapping[str, str]
NO = frozenset({"", "0", "no", "false", "off"})
YES = frozenset({"1", "yes", "true", "on"})
BETWEEN = re.compile(r"[;,\s]+")
TLD, PRIORITY, TTL = "e164.arpa", 5, 3600


def mailbox_cells(address: str, text: str, cells: Cells) -> Iterator[Cells]:
    """Yield the mailbox of an account: the text is its e-mail address, or yes for that of the account."""
    if text.casefold() not in NO:
        email = cells.get("email", "") if text.casefold() in YES else text
        name = " ".join(filter(None, (cells.get("firstName", ""), cells.get("lastName", ""))))
        yield {"sipId": address, "name": name, "email": email}


def alias_cells(address: str, text: str, cells: Cells) -> Iterator[Cells]:
    """Yield the aliases of an account; one without a domain is in that of the account."""
    for alias in filter(None, BETWEEN.split(text)):
        full = alias if "@" in alias else f"{alias}@{address.rpartition('@')[2]}"
        yield {"id": full, "target": address, "owner": cells.get("owner", "")}


def number_cells(address: str, text: str, cells: Cells) -> Iterator[Cells]:
    """Yield the numbers that point to an account, in ``e164.arpa`` unless they name another ENUM domain."""
    for typed in filter(None, (one.strip() for one in text.split(";"))):
        number, _at, tld = typed.partition("@")
        yield {
            "number": number,
            "tld": tld or TLD,
            "owner": cells.get("owner", ""),
            "mappings": f"sip sip:{address} {PRIORITY} {TTL}",
        }


LINKED = (
    LinkedColumn(name="mailbox", label=_("Mailbox"), kind="account/mailbox", cells=mailbox_cells),
    LinkedColumn(name="aliases", label=_("Aliases"), kind="alias", cells=alias_cells),
    LinkedColumn(name="number", label=_("Telephone number"), kind="number", cells=number_cells),
)
