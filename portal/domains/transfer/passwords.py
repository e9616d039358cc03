"""The passwords in a domain's file: those that the policy refuses are not taken over, web passwords become hashes.

Whoever imports the file learns which passwords were left out. An account or a customer is added all the same, with a
new password that nobody knows; somebody has to set another one. What the file holds only as a hash cannot be judged,
and is taken over, so that phones keep working.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.passwords import Kind, is_digest_pair, normalized, refusal
from portal.core.passwords import common_passwords, known_of
from portal.core.web_passwords import WEB_PASSWORD, hashed
from portal.ngnpro.records import SipId

from .document import Entry
from .reading import ACCOUNTS, CUSTOMERS

WEAK: dict[Kind, str | Promise] = {
    Kind.SIP: gettext_lazy("Its SIP password is too easy to guess, so it gets a new one that nobody knows."),
    Kind.WEB: gettext_lazy("Its web password is too easy to guess, so it is left out."),
    Kind.PIN: gettext_lazy("The PIN of its mailbox is too easy to guess, so the mailbox gets a new one."),
    Kind.CUSTOMER: gettext_lazy("Its password is too easy to guess, so it gets a new one that nobody knows."),
}


def settle(kind: str, entry: Entry) -> tuple[Entry, str]:
    """Give an entry as it may be stored, and words on the passwords that were left out; empty for none."""
    if kind == ACCOUNTS.name:
        return _settle_account(entry)
    return _settle_customer(entry) if kind == CUSTOMERS.name else (entry, "")


def _settle_account(entry: Entry) -> tuple[Entry, str]:
    sip_id, known = SipId.parse(entry["address"]), _known(entry)
    settled, weak = dict(entry), []
    if _is_weak(Kind.SIP, entry.get("password", ""), known):
        settled = {name: value for name, value in settled.items() if name not in ("password", "ha1", "ha1b")}
        weak.append(Kind.SIP)
    mailbox = entry.get("mailbox") or {}
    if _is_weak(Kind.PIN, mailbox.get("password", ""), known):
        settled["mailbox"] = {name: value for name, value in mailbox.items() if name != "password"}
        weak.append(Kind.PIN)
    if "properties" in entry:
        kept = [one for one in entry["properties"] if not _is_weak_web_password(one, known)]
        weak += [Kind.WEB] * (len(kept) < len(entry["properties"]))
        settled["properties"] = [_hashed(sip_id, one) for one in kept]
    return settled, _words(weak)


def _settle_customer(entry: Entry) -> tuple[Entry, str]:
    if not _is_weak(Kind.CUSTOMER, entry.get("password", ""), _known(entry)):
        return entry, ""
    return {name: value for name, value in entry.items() if name != "password"}, _words([Kind.CUSTOMER])


def _words(weak: list[Kind]) -> str:
    return " ".join([*(str(WEAK[kind]) for kind in weak), _("Set another one.")]) if weak else ""


def _is_weak(kind: Kind, password: str, known: list[str]) -> bool:
    is_judged = bool(password) and not is_digest_pair(password)
    return is_judged and refusal(kind, password, known, common_passwords()) is not None


def _is_weak_web_password(one: Entry, known: list[str]) -> bool:
    return one.get("name") == WEB_PASSWORD and _is_weak(Kind.WEB, one.get("value", ""), known)


def _hashed(sip_id: SipId, one: Entry) -> Entry:
    if one.get("name") != WEB_PASSWORD or not one.get("value"):
        return one
    return {**one, "value": hashed(sip_id, normalized(one["value"]))}


def _known(entry: Entry) -> list[str]:
    """List what others know of the person; the file writes the names of members as they are on the wire."""
    names = ("address", "firstName", "lastName")
    return [*known_of(entry), *(entry[name] for name in names if entry.get(name))]
