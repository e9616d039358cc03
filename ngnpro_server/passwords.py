"""The stored form of SIP passwords (contract: Passwords), and the refusal of weak passwords.

Digests are always stored, clear text only if the settings of platform, reseller and
customer say so. Weak new passwords are
refused if ``[platform] refuse_weak_passwords`` is on; passwords sent as digests (``ha1:ha1b``) cannot be checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from ngnpro_server import access, values
from ngnpro_server.call import Call
from ngnpro_server.faults import invalid
from ngnpro_server.members import checked
from ngnpro_wire.facts.passwords import (
    LIMITS,
    STORE_CLEAR_TEXT,
    PasswordKind,
    Reason,
    digests_of_password,
    has_line_signs,
    is_digest_pair,
    normalize_password,
    why_refused,
)
from ngnpro_wire.facts.passwords import keeps_clear_text as is_kept

_LENGTH = 128


def read_password(call: Call, username: str, domain: Any, password: str) -> dict[str, Any]:
    """Return the columns that store a password, which is given in clear text or as ``ha1:ha1b``."""
    password = str(checked("password", password_text(_LENGTH), password))
    if is_digest_pair(password):
        ha1, _, ha1b = password.lower().partition(":")
        return {"password": "", "ha1": ha1, "ha1b": ha1b}
    ha1, ha1b = digests_of_password(username, domain["domain"], password)
    kept = password if keeps_clear_text(call, domain) else ""
    return {"password": kept, "ha1": ha1, "ha1b": ha1b}


def password_text(length: int) -> values.TextCheck:
    """Allow a password of one line; it is only brought into its normal form, never trimmed."""
    return partial(_password_text, length)


def _password_text(length: int, value: str) -> str:
    if len(value) > length:
        raise ValueError(f"at most {length} characters are allowed")
    if has_line_signs(value):
        raise ValueError("line breaks and control characters are not allowed")
    return normalize_password(value)


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


def keeps_clear_text(call: Call, holder: Mapping[Any, Any]) -> bool:
    """Return whether clear text is stored for the accounts of a domain, by its holders."""
    return bool(with_clear_text(call, [holder]))


def with_clear_text(call: Call, holders: Collection[Mapping[Any, Any]]) -> set[tuple[int, int]]:
    """Return the customers and resellers of ``holders`` whose accounts store clear text, in pairs."""
    pairs = {(int(holder["customer_id"]), int(holder["reseller_id"])) for holder in holders}
    own = access.property_values(call, {one for pair in pairs for one in pair} - {0}, STORE_CLEAR_TEXT)
    platform = call.config.platform.store_clear_text_passwords
    return {pair for pair in pairs if is_kept(platform, [own.get(one, "") for one in pair])}


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
