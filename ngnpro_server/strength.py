"""Refuses weak passwords where ``[platform] refuse_weak_passwords`` asks for it; else clients decide.

Only passwords that change are checked. Hashes (``ha1:ha1b``) cannot be checked.
"""

from __future__ import annotations

from collections.abc import Iterable

from ngnpro_server.call import Call
from ngnpro_server.faults import invalid
from ngnpro_wire.facts.passwords import LIMITS, Kind, Reason, refusal


def check_strength(call: Call, kind: Kind, password: str, known: Iterable[object]) -> None:
    """Refuse a new password in clear text that the policy refuses; ``known``: what others know of the person."""
    if not call.config.platform.refuse_weak_passwords:
        return
    reason = refusal(kind, password, [str(fact) for fact in known if fact])
    if reason is Reason.TOO_SHORT:
        raise invalid("password", f"it is too short: at least {LIMITS[kind].shortest} characters are expected.")
    if reason is not None:
        raise invalid("password", f"it is too easy to guess: {reason}.")
