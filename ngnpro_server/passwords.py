"""The stored form of SIP passwords (contract: Passwords), and the refusal of weak passwords.

Digests are always stored, clear text only if the platform's or the reseller's setting says so. Weak new passwords are
refused if ``[platform] refuse_weak_passwords`` is on; passwords sent as digests (``ha1:ha1b``) cannot be checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ngnpro_server import access, values
from ngnpro_server.call import Call
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_wire.facts.passwords import LIMITS, PasswordKind, Reason, digests_of_password, is_digest_pair, why_refused
from ngnpro_wire.facts.truth import is_true

_PROPERTY = "store_clear_text_passwords"
_LENGTH = 128


def read_password(call: Call, username: str, domain: Any, password: str) -> dict[str, Any]:
    """Return the columns that store a password, which is given in clear text or as ``ha1:ha1b``."""
    checked("password", values.text(_LENGTH), password)
    if is_digest_pair(password):
        ha1, _, ha1b = password.lower().partition(":")
        return {"password": "", "ha1": ha1, "ha1b": ha1b}
    ha1, ha1b = digests_of_password(username, domain["domain"], password)
    kept = password if keeps_clear_text(call, domain["reseller_id"]) else ""
    return {"password": kept, "ha1": ha1, "ha1b": ha1b}


def read_new_password(call: Call, username: str, domain: Any, password: str, *, numbered: bool) -> dict[str, Any]:
    """Return the columns that store the password of a new account. Raises VALUE_INVALID if there is no password.

    When the server chooses the username (``numbered``), digests are refused: they depend on the username.
    """
    if not password:
        raise invalid("password", "a new account needs a password.")
    if numbered and is_digest_pair(password):
        raise invalid("password", "clear text is needed when the server chooses the username.")
    return read_password(call, username, domain, password)


def check_new(call: Call, username: str, domain: str, record: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    """Raise VALUE_INVALID for a weak password given in clear text; ``columns`` are the account's other values."""
    if not is_digest_pair(record["password"]):
        names = [columns.get(name) for name in ("first_name", "last_name", "email", "rpid")]
        check_strength(call, PasswordKind.SIP, record["password"], (username, domain, f"{username}@{domain}", *names))


def keeps_clear_text(call: Call, reseller_id: int) -> bool:
    """Return whether clear text is stored for the accounts of a reseller."""
    return reseller_id in with_clear_text(call, {reseller_id})


def with_clear_text(call: Call, reseller_ids: Collection[int]) -> set[int]:
    """Return the resellers whose accounts store clear text: by the reseller's property, else the platform's setting."""
    own = access.property_values(call, set(reseller_ids) - {0}, _PROPERTY)
    platform = call.config.platform.store_clear_text_passwords
    return {
        reseller_id
        for reseller_id in reseller_ids
        if (is_true(own[reseller_id]) if own.get(reseller_id, "").strip() else platform)
    }


def check_strength(call: Call, kind: PasswordKind, password: str, known: Iterable[object]) -> None:
    """Raise VALUE_INVALID for a weak new password in clear text, if weak ones are refused.

    ``known`` are facts about the person that others may know, such as their name; the password must not be like them.
    """
    if not call.config.platform.refuse_weak_passwords:
        return
    reason = why_refused(kind, password, [str(fact) for fact in known if fact])
    if reason is Reason.TOO_SHORT:
        raise invalid("password", f"it is too short: at least {LIMITS[kind].shortest} characters are expected.")
    if reason is not None:
        raise invalid("password", f"it is too easy to guess: {reason}.")
