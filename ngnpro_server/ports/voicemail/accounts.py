"""VoicemailPort: operations on the mailbox of a SIP account."""

from __future__ import annotations

import re
import secrets

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_server.members import Member, checked, read_members, write_members
from ngnpro_server.passwords import check_strength
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.ports.sip.settings.diversions import VOICE_MAILBOX
from ngnpro_server.store import groups, settings
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.passwords import PasswordKind, why_refused

_GROUP = "voicemail"
_PIN = re.compile(r"[0-9]{4,16}")


def _pin(value: str) -> str:
    if not _PIN.fullmatch(value.strip()):
        raise ValueError("a PIN of 4 to 16 digits is expected")
    return value.strip()


_MEMBERS = (
    Member("name", "name", values.person(128)),
    Member("email", "email", values.email),
    Member("info", "info", values.text(255)),
)


def add_account(call: Call, account: Record | None = None) -> Record:
    """Add a mailbox, and add the account to the group ``voicemail``; without a PIN the server chooses one."""
    record = account or {}
    row = find_account(call, record.get("sipId"), lock=True)
    columns = read_members(_MEMBERS, record, adding=True)
    columns["password"] = checked("password", _pin, record.get("password") or _new_pin())
    check_strength(
        call, PasswordKind.PIN, columns["password"], (row["username"], row["rpid"]) if record.get("password") else ()
    )
    columns["delete_mailed"] = _deletes(record, default=True)
    settings.insert_mailbox(call.connection, columns | {"account_id": row["id"], "change_date": call.now})
    _store_group(call, row, member=True)
    return get_account(call, record.get("sipId"))


def update_account(call: Call, account: Record | None = None) -> Record:
    """Change a mailbox; absent members and an empty PIN are left unchanged."""
    record = account or {}
    row, mailbox = _find(call, record.get("sipId"), lock=True)
    columns = read_members(_MEMBERS, record, adding=False)
    if record.get("password"):
        columns["password"] = checked("password", _pin, record["password"])
        if columns["password"] != mailbox["password"]:
            check_strength(call, PasswordKind.PIN, columns["password"], (row["username"], row["rpid"]))
    columns["delete_mailed"] = _deletes(record, default=mailbox["delete_mailed"])
    settings.change_mailbox(call.connection, row["id"], columns | {"change_date": call.now})
    return get_account(call, record.get("sipId"))


def delete_account(call: Call, sipId: Record | None = None) -> None:  # noqa: N803
    """Delete a mailbox and the diversions to it, and remove the account from the group ``voicemail``."""
    row, mailbox = _find(call, sipId, lock=True)
    settings.remove_mailbox(call.connection, row["id"])
    _store_group(call, row, member=False)
    servers = access.property_values(call, {row["customer_id"], row["reseller_id"]} - {0}, "voicemail_server")
    addresses = {f"sip:{mailbox['mailbox']}@{server.strip().lower()}" for server in servers.values()}
    diverted = settings.get_diversions(call.connection, row["id"])
    kept = {
        condition: target
        for condition, target in diverted.items()
        if target != VOICE_MAILBOX and target.lower() not in addresses
    }
    settings.set_diversions(call.connection, row["id"], kept)


def get_account(call: Call, sipId: Record | None = None) -> Record:  # noqa: N803
    """Return the mailbox of a SIP account. Raises MAILBOX_MISSING."""
    row, mailbox = _find(call, sipId)
    return {
        "sipId": {"username": row["username"], "domain": row["domain"]},
        **write_members(_MEMBERS, mailbox),
        "password": mailbox["password"],
        "options": {"delete": int(mailbox["delete_mailed"])},
        "mailbox": mailbox["mailbox"],
    }


def set_announcement(call: Call, sipId: Record | None = None, message: bytes | None = None) -> None:  # noqa: N803
    """Store the greeting of a mailbox unchanged; an empty one deletes the stored greeting."""
    row, _mailbox = _find(call, sipId, lock=True)
    columns = {"announcement": message or None, "change_date": call.now}
    settings.change_mailbox(call.connection, row["id"], columns)


def _find(call: Call, sip_id: Record | None, *, lock: bool = False) -> tuple[RowMapping, RowMapping]:
    row = find_account(call, sip_id, lock=lock)
    mailbox = settings.find_mailbox(call.connection, row["id"], lock=lock)
    if mailbox is None:
        raise Fault(FaultCode.MAILBOX_MISSING, f"{row['username']}@{row['domain']} has no mailbox.")
    return row, mailbox


def _deletes(record: Record, *, default: bool) -> bool:
    given = (record.get("options") or {}).get("delete")
    return default if given is None else bool(given)


def _new_pin() -> str:
    while True:
        pin = "".join(secrets.choice("123456789") for _ in range(6))
        if why_refused(PasswordKind.PIN, pin) is None:
            return pin


def _store_group(call: Call, row: RowMapping, *, member: bool) -> None:
    held = groups.groups_of_account(call.connection, row["id"])
    others = [group for group in held if group != _GROUP]
    groups.replace_groups(call.connection, row, [*others, _GROUP] if member else others)


OPERATIONS: dict[str, Operation] = {
    "addAccount": add_account,
    "updateAccount": update_account,
    "deleteAccount": delete_account,
    "getAccount": get_account,
    "setAnnouncement": set_announcement,
}
