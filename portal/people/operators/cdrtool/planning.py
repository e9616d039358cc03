"""What becomes of each login of CDRTool: an operator with the nearest rights, or a sentence why not.

CDRTool's rights (``auth_user``): ``perms`` are words; ``impersonate`` is empty or 0 for administrators, else a customer
and reseller (``12.4``); ``aclFilter`` has beginnings of IP addresses; ``domainFilter`` has domains; after ``expire``
the login is closed. Passwords are MD5 sums without salt, which are not taken over.
"""

from __future__ import annotations

import datetime
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from portal.core.normal_forms import domain_name, mail_address
from portal.people.operators.models import Operator, OperatorState

OPERATING = frozenset({"admin", "provisioning"})
_CUSTOMER = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class PlannedLogin:
    """A login: the operator that it becomes, or why it becomes none; ``notes`` say what differs from CDRTool."""

    username: str
    operator: OperatorState | None = None
    reason: str = ""
    notes: tuple[str, ...] = field(default=())


class _NotCarried(Exception):
    """The login becomes no operator; the text says why, and what to do."""


def plan_logins(rows: Iterable[Mapping[str, str]], is_reseller: Callable[[int], bool]) -> list[PlannedLogin]:
    """Return what becomes of logins; ``is_reseller`` tells whether NGNPro has a reseller with a number."""
    return [_plan(row, is_reseller) for row in rows]


def _plan(row: Mapping[str, str], is_reseller: Callable[[int], bool]) -> PlannedLogin:
    username = row.get("username", "").strip().lower()
    notes: list[str] = []
    try:
        return PlannedLogin(username, _operator(username, row, is_reseller, notes), notes=tuple(notes))
    except _NotCarried as reason:
        return PlannedLogin(username, reason=str(reason))


def _operator(
    username: str, row: Mapping[str, str], is_reseller: Callable[[int], bool], notes: list[str]
) -> OperatorState:
    perms = {word.strip() for word in row.get("perms", "").split(",") if word.strip()}
    _check(username, perms)
    is_admin = "admin" in perms
    return OperatorState(
        username=username,
        name=(row.get("name", "").strip() or row.get("organization", "").strip())[:128],
        email=_email(row.get("email", ""), notes),
        may_change="readonly" not in perms,
        may_see_passwords=is_admin and "readonly" not in perms,
        may_see_calls=is_admin or "callsearch" in perms,
        tree=_tree(row.get("impersonate", ""), is_reseller),
        domains="\n".join(_domains(row.get("domainFilter", ""), notes)),
        networks="\n".join(networks_of(row.get("aclFilter", ""))),
        expires_on=_last_day(row.get("expire", "")),
    )


def _check(username: str, perms: set[str]) -> None:
    if not username:
        raise _NotCarried("it has no username")
    if "@" in username:
        raise _NotCarried("SIP addresses sign in with their own passwords, as they are in NGNPro")
    if not perms & OPERATING:
        raise _NotCarried("it may not open the provisioning pages; call records stay in CDRTool")
    if Operator.objects.filter(username__iexact=username).exists():
        raise _NotCarried("an operator with this name exists already")
    for validate in Operator._meta.get_field("username").validators:
        try:
            validate(username)
        except ValidationError as error:
            raise _NotCarried(f"the username is not possible here: {error.messages[0]}") from None


def _email(text: str, notes: list[str]) -> str:
    if not text.strip():
        return ""
    try:
        return mail_address(text.strip())
    except ValidationError:
        notes.append(f"“{text.strip()}” is no e-mail address")
        return ""


def _tree(impersonate: str, is_reseller: Callable[[int], bool]) -> int:
    text = impersonate.strip()
    found = _CUSTOMER.fullmatch(text)
    if not text or (found and not int(found[1]) and not int(found[2] or 0)):
        return 0
    if found is None:
        raise _NotCarried(f"“{text}” is no customer and reseller")  # CDRTool took such a login for an administrator
    customer, reseller = int(found[1]), int(found[2] or found[1])
    if customer != reseller:
        raise _NotCarried(f"it acts for customer {customer}, who signs in with the username of the customer record")
    if not is_reseller(reseller):
        raise _NotCarried(f"NGNPro has no reseller {reseller}")
    return reseller


def _domains(text: str, notes: list[str]) -> list[str]:
    try:
        found = [domain_name(word) for word in text.split()]
    except ValidationError as error:
        raise _NotCarried(f"the domains “{text}” cannot be read: {error.messages[0]}") from None
    if found:
        notes.append("the domains limit everything here, not only call records")
    return found


def networks_of(text: str) -> list[str]:
    """Return the networks of an ACL of CDRTool, which compares the beginning of the address as text.

    ``192.0.2.`` is 192.0.2.0/24. A beginning within a number, such as ``192.0.2`` or ``10``, also matched other
    networks by chance and is read as whole numbers, so it admits fewer addresses.
    """
    return [_network(word) for word in text.split()]


def _network(word: str) -> str:
    parts = word.rstrip(".").split(".")
    try:
        if ":" in word:
            return str(ipaddress.ip_network(word))
        if not 1 <= len(parts) <= 4:
            raise ValueError
        return str(ipaddress.ip_network(f"{'.'.join([*parts, '0', '0', '0'][:4])}/{8 * len(parts)}"))
    except ValueError:
        raise _NotCarried(f"the address list “{word}” cannot be read as a network") from None


def _last_day(text: str) -> datetime.date | None:
    if not text.strip() or text.startswith("0000"):
        return None
    try:
        return datetime.date.fromisoformat(text.strip()[:10])
    except ValueError:
        raise _NotCarried(f"the day “{text}” cannot be read") from None
