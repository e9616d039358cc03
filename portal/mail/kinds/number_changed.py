"""The mail about a telephone number that points to an account, or no longer does."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.mail.registry import MailKind, MailNotice, on_change_of, register_mail_kind
from portal.ngnpro.records import EnumNumber

from .base import ACCOUNT_VARIABLES, CHANGE_VARIABLES, kind_of_change, read_change


def notices_of_number(before: EnumNumber | None, after: EnumNumber | None) -> Iterator[MailNotice]:
    """Call for a mail to the accounts that a number points to and pointed to, if that was changed."""
    number = after or before
    old, new = targets_of(before), targets_of(after)
    for address in sorted(old.keys() | new.keys()):
        if number and old.get(address) != new.get(address):
            happened = kind_of_change(old.get(address), new.get(address))
            yield MailNotice(address, {"happened": happened, "number": number.id.number})


def targets_of(number: EnumNumber | None) -> dict[str, list[tuple[int, int]]]:
    """Map the SIP accounts that a number points to, to the priority and time to live of each of its entries."""
    found: dict[str, list[tuple[int, int]]] = {}
    for mapping in number.mappings if number else ():
        if mapping.type == "sip" and "@" in mapping.mapto:
            address = mapping.mapto.removeprefix("sip:").lower()
            found.setdefault(address, []).append((mapping.priority, mapping.ttl))
    return found


NUMBER_CHANGED = register_mail_kind(
    MailKind(
        name="number-changed",
        label=_("Telephone number changed"),
        read=read_change,
        notices=on_change_of(EnumNumber, notices_of_number),
        choice=False,
        variables=ACCOUNT_VARIABLES | CHANGE_VARIABLES | {"number": _("the number")},
        example={"happened": "added", "number": "31208005169"},
    )
)
