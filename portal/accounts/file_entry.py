"""The format of an account in a domain file (``portal.core.file_entries``)."""

from __future__ import annotations

import secrets
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind, normalize_password
from portal.core.file_entries import CdrtoolList, Entry, EntryShape, FileRole, InFile, IsWeak
from portal.core.sip_accounts import clear_web_password, with_web_password
from portal.ngnpro.hashes import WEB_PASSWORD, hashed_password
from portal.ngnpro.records import AclEntry, SipAccount, SipAccountProperty, SipFilter, SipId

SIP_PASSWORD = ("password", "ha1", "ha1b")


def new_account(entry: Entry) -> dict[str, Any]:
    """Return the fields of a new account that are not copied unchanged from its entry."""
    return {"id": SipId.parse(entry["address"]), "password": password_of(entry), "ha1": "", "ha1b": ""}


def password_of(entry: Entry) -> str:
    """Return a new account's password: in clear text, or as ``ha1:ha1b`` (contract: Passwords), else a random one."""
    if entry.get("password"):
        return normalize_password(entry["password"])
    if entry.get("ha1") and entry.get("ha1b"):
        return f"{entry['ha1']}:{entry['ha1b']}"
    return secrets.token_urlsafe(24)


def with_hashed_web_password(account: SipAccount) -> SipAccount:
    """Return the account with its web password hashed."""
    clear = clear_web_password(account)
    return with_web_password(account, clear) if clear else account


def without_weak_passwords(entry: Entry, is_weak: IsWeak) -> tuple[Entry, list[str]]:
    """Return an account's entry without the passwords that the policy refuses, and messages about them.

    Accepted web passwords are hashed.
    """
    settled, said = dict(entry), []
    if is_weak(PasswordKind.SIP, entry.get("password", "")):
        settled = {name: value for name, value in settled.items() if name not in SIP_PASSWORD}
        said.append(gettext("Its SIP password is too easy to guess, so it gets a new one that no one knows."))
    if "properties" in entry:
        kept = [one for one in entry["properties"] if not _is_weak_web_password(one, is_weak)]
        if len(kept) < len(entry["properties"]):
            said.append(gettext("Its web password is too easy to guess, so it is left out."))
        sip_id = SipId.parse(entry["address"])
        settled["properties"] = [_with_hash(sip_id, one) for one in kept]
    return settled, said


def _is_weak_web_password(one: Entry, is_weak: IsWeak) -> bool:
    return one.get("name") == WEB_PASSWORD and is_weak(PasswordKind.WEB, one.get("value", ""))


def _with_hash(sip_id: SipId, one: Entry) -> Entry:
    if one.get("name") != WEB_PASSWORD or not one.get("value"):
        return one
    return {**one, "value": hashed_password(sip_id, normalize_password(one["value"]))}


IN_FILE = InFile(
    name="accounts",
    label=_("Accounts"),
    role=FileRole.CONTENT,
    shape=EntryShape(
        SipAccount,
        (
            *("first_name", "last_name", "timezone", "email", "rpid", "groups", "prepaid", "quota", "acl"),
            *("properties", "call_limit", "timeout", "quickdial_prefix", "region"),
        ),
        secrets=SIP_PASSWORD,
        nested=(
            EntryShape(AclEntry, ("ip", "mask", "tag")),
            EntryShape(SipAccountProperty, ("name", "value", "category", "permission"), named_secrets=True),
        ),
        unordered=frozenset({"groups", "acl", "properties"}),
    ),
    key={"address": lambda record: str(record.id)},
    owners=("owner",),
    new=new_account,
    addresses={"address": True},
    of_domain=lambda ngnpro, domain, size: ngnpro.sip.iter_accounts(SipFilter(domain=domain), page_size=size),
    prepare=with_hashed_web_password,
    settle=without_weak_passwords,
    cdrtool=CdrtoolList(name="sip_accounts", keys={"address": "id"}),
)
