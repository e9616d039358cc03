"""Second factors of operators: codes of authenticator apps (RFC 6238), recovery codes, and how many tries are allowed.

Codes of apps have 6 digits and are valid for 30 seconds (SHA-1). There are ten recovery codes to print, each of which
replaces a second factor once. Passkeys are in ``passkeys``.

A person who knows the password may try from many addresses and in many sessions at once. So a try is counted before it
is checked, in one statement of the database: of any number of simultaneous requests, no more than ``FREE_TRIES`` are
checked, and one after each lockout. Each lockout is twice as long as the one before, up to a quarter of an hour. The
number of tries is reset after a right one, and after a day without any.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import datetime, timedelta

import pyotp
import segno
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from portal.core import sealing
from portal.people import passkeys
from portal.people.operators.models import Operator

from .lockouts import lockout_length
from .models import RecoveryCode, SecondFactorTries, TotpKey


def verify_second_factor(request: HttpRequest, operator: Operator, code: str = "", passkey: str = "") -> bool:
    """Return whether a passkey's proof, else a code of an authenticator app, else a recovery code is right.

    Each check counts as a try, and a right code or proof cannot be used again. Raises ``tries.FactorsLocked`` if no
    try is left.
    """
    take_factor_try(operator)
    is_right = _verify(request, operator, code, passkey)
    if is_right:
        forget_factor_tries(operator)
    return is_right


def _verify(request: HttpRequest, operator: Operator, code: str, passkey: str) -> bool:
    if passkey:
        return passkeys.verify_passkey(request, operator, passkey)
    plain = code_digits(code)
    if plain.isascii() and plain.isdecimal():
        return verify_totp_code(operator, plain)
    return spend_recovery_code(operator, code)


def remove_all_factors(operator: Operator) -> None:
    """Remove all second factors, after they were lost: until new ones are added, the password alone is enough."""
    TotpKey.objects.filter(operator=operator).delete()
    operator.passkeys.all().delete()
    operator.recovery_codes.all().delete()
    forget_factor_tries(operator)


def drop_useless_recovery_codes(operator: Operator) -> None:
    """Delete the recovery codes if the operator has no second factor left that they could replace."""
    if not Operator.objects.get(pk=operator.pk).has_second_factor():
        operator.recovery_codes.all().delete()


TOTP_SECONDS = 30
TOTP_STEPS_AROUND = 1
TOTP_ISSUER = "NGNPro portal"


def new_totp_key() -> str:
    """Return a random key of 160 bits (RFC 4226, section 4), in base32."""
    return pyotp.random_base32()


def otpauth_url(secret: str, login: str) -> str:
    """Return the ``otpauth:`` URL that apps read from the QR code; ``login`` is shown in the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=TOTP_ISSUER)


def qr_code_of(address: str) -> SafeString:
    """Return the QR code as SVG without inline styles, dark on light in both themes, so that cameras can read it."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from modules alone, the address is not in it as text


def totp_step_of(secret: str, code: str) -> int | None:
    """Return the time step of a code: the present one, the one before or the one after; ``None`` for a wrong code."""
    now = int(time.time()) // TOTP_SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(now - TOTP_STEPS_AROUND, now + TOTP_STEPS_AROUND + 1)
    found = [step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)]
    return found[0] if found else None


def add_totp_key(operator: Operator, secret: str, code: str) -> bool:
    """Store a key, which replaces an earlier one, if the code is right; return whether it is."""
    step = totp_step_of(secret, code_digits(code))
    if step is None:
        return False
    fresh = {"sealed": sealing.seal(secret), "last_step": step, "created_at": timezone.now()}
    TotpKey.objects.update_or_create(operator=operator, defaults=fresh)
    return True


def verify_totp_code(operator: Operator, code: str) -> bool:
    """Return whether a code is right, and store its use in the same statement, so that no code counts twice."""
    key = TotpKey.objects.filter(operator=operator).first()
    secret = sealing.unseal(key.sealed) if key else ""
    step = totp_step_of(secret, code_digits(code)) if secret else None
    if key is None or step is None:
        return False
    return TotpKey.objects.filter(pk=key.pk, last_step__lt=step).update(last_step=step) == 1


def reseal_totp_keys() -> None:
    """Encrypt all keys with the present secret key, so that the earlier ones can be removed from the settings."""
    for key in TotpKey.objects.all():
        if resealed := sealing.reseal(key.sealed):
            TotpKey.objects.filter(pk=key.pk, sealed=key.sealed).update(sealed=resealed)


def code_digits(code: str) -> str:
    """Return a code without spaces and hyphens."""
    return code.replace(" ", "").replace("-", "")


RECOVERY_CODES = 10
# 32 letters and digits that cannot be confused. 16 of them are 80 bits, which cannot be guessed from a hash.
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz123456789"
GROUPS, GROUP_LENGTH = 4, 4


def new_recovery_codes() -> list[str]:
    """Return ten random codes."""
    return ["-".join(_letters() for _ in range(GROUPS)) for _ in range(RECOVERY_CODES)]


def make_recovery_codes(operator: Operator) -> list[str]:
    """Generate ten codes, which replace all earlier ones; only their hashes are stored."""
    codes = new_recovery_codes()
    with transaction.atomic():
        operator.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(
            RecoveryCode(operator=operator, code_hash=recovery_code_hash(code)) for code in codes
        )
    return codes


def spend_recovery_code(operator: Operator, code: str) -> bool:
    """Delete a code and return whether it existed; of two simultaneous uses only one gets ``True``."""
    deleted, _ = RecoveryCode.objects.filter(operator=operator, code_hash=recovery_code_hash(code)).delete()
    return deleted == 1


def recovery_code_hash(code: str) -> str:
    """Return the hash under which a code is stored; case, spaces and hyphens make no difference."""
    plain = "".join(code.lower().replace("-", " ").split())
    return hashlib.sha256(plain.encode()).hexdigest()


def _letters() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(GROUP_LENGTH))


FREE_TRIES = 5
LONGEST_PAUSE = timedelta(minutes=15)
TRIES_COUNT_FOR = timedelta(days=1)


class FactorsLocked(Exception):
    """No try is allowed now; ``left`` is the time until the next one."""

    def __init__(self, left: timedelta) -> None:
        super().__init__(f"No try of a second factor for {left}.")
        self.left = left


def take_factor_try(operator: Operator) -> None:
    """Count a try before it is checked; raises ``FactorsLocked`` if none is allowed now."""
    SecondFactorTries.objects.get_or_create(operator=operator)
    is_taken = False
    while not is_taken:  # again if another request took a try in between
        is_taken = _take_one(SecondFactorTries.objects.get(operator=operator), timezone.now())


def _take_one(known: SecondFactorTries, now: datetime) -> bool:
    """Store a try, and return ``False`` if the row was changed since it was read."""
    if known.paused_until and known.paused_until > now:
        raise FactorsLocked(known.paused_until - now)
    taken = 1 if known.last_at < now - TRIES_COUNT_FOR else known.taken + 1
    as_read = SecondFactorTries.objects.filter(pk=known.pk, taken=known.taken, paused_until=known.paused_until)
    pause = min(lockout_length(taken, FREE_TRIES), LONGEST_PAUSE)
    return as_read.update(taken=taken, last_at=now, paused_until=now + pause if pause else None) == 1


def forget_factor_tries(operator: Operator) -> None:
    """Reset an operator's tries, after a right one or by another operator."""
    SecondFactorTries.objects.filter(operator=operator).update(taken=0, paused_until=None)
