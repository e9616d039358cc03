"""An operator's second factors together: is one of them proved, and how are they lost and found."""

from __future__ import annotations

from django.http import HttpRequest

from portal.people.operators.models import Operator

from . import passkeys, recovery, totp, tries
from .models import TotpKey


def verify_second_factor(request: HttpRequest, operator: Operator, code: str = "", passkey: str = "") -> bool:
    """Check a browser's proof of a passkey, else a code of an authenticator app, else a recovery code.

    Each is a try, and a right one is spent; ``tries.FactorsLocked`` when there is none left.
    """
    tries.take_factor_try(operator)
    is_right = _is_right(request, operator, code, passkey)
    if is_right:
        tries.forget_factor_tries(operator)
    return is_right


def _is_right(request: HttpRequest, operator: Operator, code: str, passkey: str) -> bool:
    if passkey:
        return passkeys.verify_passkey(request, operator, passkey)
    plain = totp.digits_of(code)
    if plain.isascii() and plain.isdecimal():
        return totp.verify_code(operator, plain)
    return recovery.spend_code(operator, code)


def remove_all_factors(operator: Operator) -> None:
    """Remove all second factors: they are lost. The password alone signs the operator in until they add new ones."""
    TotpKey.objects.filter(operator=operator).delete()
    operator.passkeys.all().delete()
    operator.recovery_codes.all().delete()
    tries.forget_factor_tries(operator)


def drop_useless_recovery_codes(operator: Operator) -> None:
    """Drop recovery codes that replace nothing, once the last second factor is removed."""
    if not Operator.objects.get(pk=operator.pk).has_second_factor():
        operator.recovery_codes.all().delete()
