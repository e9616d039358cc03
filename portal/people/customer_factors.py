"""Second factors of resellers and customers: one authenticator app (RFC 6238) and recovery codes for each.

NGNPro has no place for them. They belong to the number of the customer at an NGNPro server, so that another username
does not remove them. A wrong code counts as a failed sign-in (``lockouts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.core import sealing
from portal.core.viewer import Role

from .factors import code_digits, new_recovery_codes, recovery_code_hash, totp_step_of
from .models import CustomerCode, CustomerFactor

ROLES = frozenset({Role.RESELLER, Role.CUSTOMER})


def factor_of(person: Mapping[str, Any]) -> CustomerFactor | None:
    """Return the second factor of a person as the session stores them; ``None`` if there is none."""
    if person["role"] not in ROLES:
        return None
    return CustomerFactor.objects.filter(engine=person["engine"], customer=person["customer"]).first()


def add_factor(person: Mapping[str, Any], secret: str, code: str) -> list[str] | None:
    """Store an app's key, in place of an earlier one, and return new recovery codes; ``None`` if the code is wrong."""
    step = totp_step_of(secret, code_digits(code))
    if step is None:
        return None
    fresh = {"login": person["login"], "sealed": sealing.seal(secret), "last_step": step}
    with transaction.atomic():
        key = {"engine": person["engine"], "customer": person["customer"]}
        factor, _is_new = CustomerFactor.objects.update_or_create(**key, defaults=fresh)
        return renew_codes(factor)


def renew_codes(factor: CustomerFactor) -> list[str]:
    """Generate recovery codes, which replace all earlier ones; only their hashes are stored."""
    codes = new_recovery_codes()
    with transaction.atomic():
        factor.codes.all().delete()
        CustomerCode.objects.bulk_create(
            CustomerCode(factor=factor, code_hash=recovery_code_hash(code)) for code in codes
        )
    return codes


def verify_code(factor: CustomerFactor, code: str) -> bool:
    """Return whether a code of the app, or a recovery code, is right; its use is stored in the same statement."""
    plain = code_digits(code)
    if not (plain.isascii() and plain.isdecimal()):
        return factor.codes.filter(code_hash=recovery_code_hash(code)).delete()[0] == 1
    step = totp_step_of(sealing.unseal(factor.sealed), plain)
    if step is None:
        return False
    return CustomerFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def remove_factors_of(login: str) -> int:
    """Remove the second factors of a username, at all servers, after they were lost; return how many there were."""
    found = CustomerFactor.objects.filter(login__iexact=login)
    count = found.count()
    found.delete()
    return count


def reseal_customer_keys() -> None:
    """Encrypt all keys with the present secret key."""
    for factor in CustomerFactor.objects.all():
        if resealed := sealing.reseal(factor.sealed):
            CustomerFactor.objects.filter(pk=factor.pk, sealed=factor.sealed).update(sealed=resealed)
