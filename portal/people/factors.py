"""All second factors of an operator together: checking one, and removing those that were lost."""

from __future__ import annotations

from django.http import HttpRequest

from portal.people.operators.models import Operator

from . import passkeys, recovery, totp, tries
from .models import TotpKey


def verify_second_factor(request: HttpRequest, operator: Operator, code: str = "", passkey: str = "") -> bool:
    """Return whether a passkey's proof, else a code of an authenticator app, else a recovery code is right.

    Each check counts as a try, and a right code or proof cannot be used again. Raises ``tries.FactorsLocked`` if no
    try is left.
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
    """Remove all second factors, after they were lost: until new ones are added, the password alone is enough."""
    TotpKey.objects.filter(operator=operator).delete()
    operator.passkeys.all().delete()
    operator.recovery_codes.all().delete()
    tries.forget_factor_tries(operator)


def drop_useless_recovery_codes(operator: Operator) -> None:
    """Delete the recovery codes if the operator has no second factor left that they could replace."""
    if not Operator.objects.get(pk=operator.pk).has_second_factor():
        operator.recovery_codes.all().delete()
