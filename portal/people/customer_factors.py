"""Second factors of resellers and customers: an authenticator app (RFC 6238), passkeys and recovery codes for each.

NGNPro has no place for them. They belong to the number of the customer at an NGNPro server, so that another username
does not remove them. A wrong code counts as a failed sign-in (``lockouts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from portal.core import sealing
from portal.core.viewer import Role
from portal.people import passkeys

from .factors import code_digits, new_recovery_codes, recovery_code_hash, totp_step_of
from .models import CustomerCode, CustomerFactor, FactorDuty

ROLES = frozenset({Role.RESELLER, Role.CUSTOMER})


def factor_of(person: Mapping[str, Any]) -> CustomerFactor | None:
    """Return the second factors of a person as the session stores them; ``None`` if there are none."""
    if person["role"] not in ROLES:
        return None
    found = CustomerFactor.objects.filter(engine=person["engine"], customer=person["customer"]).first()
    return found if found and found.factors_left() else None


def new_factor_of(person: Mapping[str, Any]) -> CustomerFactor:
    """Return the row for the second factors of a person, which may have none yet."""
    key = {"engine": person["engine"], "customer": person["customer"]}
    return CustomerFactor.objects.get_or_create(**key, defaults={"login": person["login"]})[0]


def must_have_factor(person: Mapping[str, Any]) -> bool:
    """Return whether a person must have a second factor, because the portal, their reseller or an operator says so."""
    if person["role"] not in ROLES:
        return False
    is_reseller = person["role"] == Role.RESELLER
    if is_reseller and settings.REQUIRE_SECOND_FACTOR_OF_RESELLERS:
        return True
    duty = duty_at(person["engine"], person["reseller"])
    return duty.of_reseller if is_reseller else duty.of_customers


def duty_at(engine: str, reseller: int) -> FactorDuty:
    """Return who must have a second factor at a reseller; nobody if that was never set."""
    found = FactorDuty.objects.filter(engine=engine, reseller=reseller).first()
    return found or FactorDuty(engine=engine, reseller=reseller)


def add_app(person: Mapping[str, Any], secret: str, code: str) -> bool:
    """Store an app's key, in place of an earlier one, if the code is right; return whether it is."""
    step = totp_step_of(secret, code_digits(code))
    if step is None:
        return False
    factor = new_factor_of(person)
    factor.sealed, factor.last_step = sealing.seal(secret), step
    factor.save(update_fields=["sealed", "last_step"])
    return True


def forget_if_none(factor: CustomerFactor) -> None:
    """Delete the recovery codes with the row if no second factor is left that they could replace."""
    if not factor.factors_left():
        factor.delete()


def renew_codes(factor: CustomerFactor) -> list[str]:
    """Generate recovery codes, which replace all earlier ones; only their hashes are stored."""
    codes = new_recovery_codes()
    with transaction.atomic():
        factor.codes.all().delete()
        CustomerCode.objects.bulk_create(
            CustomerCode(factor=factor, code_hash=recovery_code_hash(code)) for code in codes
        )
    return codes


def verify_factor(request: HttpRequest, factor: CustomerFactor, code: str = "", passkey: str = "") -> bool:
    """Return whether a passkey's proof, else a code of the app, else a recovery code is right.

    Its use is stored in the same statement, so that none counts twice.
    """
    if passkey:
        return passkeys.verify_passkey(request, factor, passkey)
    plain = code_digits(code)
    if not (plain.isascii() and plain.isdecimal()):
        return factor.codes.filter(code_hash=recovery_code_hash(code)).delete()[0] == 1
    secret = sealing.unseal(factor.sealed) if factor.sealed else ""
    step = totp_step_of(secret, plain) if secret else None
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
    for factor in CustomerFactor.objects.exclude(sealed=""):
        if resealed := sealing.reseal(factor.sealed):
            CustomerFactor.objects.filter(pk=factor.pk, sealed=factor.sealed).update(sealed=resealed)
