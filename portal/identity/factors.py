"""An operator's second factors together: is one of them proved, and how are they lost and found."""

from __future__ import annotations

from django.http import HttpRequest

from portal.operators.models import Operator

from . import passkeys, recovery, totp
from .models import TotpKey


def verify(request: HttpRequest, operator: Operator, code: str = "", passkey: str = "") -> bool:
    """Check a browser's proof of a passkey, else a code of an authenticator app, else a recovery code."""
    if passkey:
        return passkeys.verify(request, operator, passkey)
    plain = totp.clean(code)
    if plain.isascii() and plain.isdecimal():
        return totp.verify(operator, plain)
    return recovery.use_code(operator, code)


def remove_all(operator: Operator) -> None:
    """Take all second factors away: they are lost. His password alone signs him in until he adds new ones."""
    TotpKey.objects.filter(operator=operator).delete()
    operator.passkeys.all().delete()
    operator.recovery_codes.all().delete()


def tidy(operator: Operator) -> None:
    """Drop recovery codes that replace nothing, once the last second factor is removed."""
    if not Operator.objects.get(pk=operator.pk).has_second_factor():
        operator.recovery_codes.all().delete()
