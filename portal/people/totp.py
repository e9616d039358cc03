"""One-time codes of authenticator apps (RFC 6238: SHA-1, 6 digits, 30 seconds)."""

from __future__ import annotations

import time

import pyotp
import segno
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from portal.core import sealing
from portal.people.operators.models import Operator

from .models import TotpKey

SECONDS = 30
STEPS_AROUND = 1
ISSUER = "NGNPro portal"


def new_secret() -> str:
    """Return a random key of 160 bits (RFC 4226, section 4), in base32."""
    return pyotp.random_base32()


def otpauth_url(secret: str, operator: Operator) -> str:
    """Return the ``otpauth:`` URL that apps read from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=operator.username, issuer_name=ISSUER)


def qr_code_of(address: str) -> SafeString:
    """Return the QR code as SVG without inline styles, dark on light in both themes, so that cameras can read it."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from modules alone, the address is not in it as text


def step_of(secret: str, code: str) -> int | None:
    """Return the time step of a code: the present one, the one before or the one after; ``None`` for a wrong code."""
    now = int(time.time()) // SECONDS
    totp = pyotp.TOTP(secret)
    steps = range(now - STEPS_AROUND, now + STEPS_AROUND + 1)
    found = [step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), code)]
    return found[0] if found else None


def enroll(operator: Operator, secret: str, code: str) -> bool:
    """Store a key, which replaces an earlier one, if the code is right; return whether it is."""
    step = step_of(secret, digits_of(code))
    if step is None:
        return False
    fresh = {"sealed": sealing.seal(secret), "last_step": step, "created_at": timezone.now()}
    TotpKey.objects.update_or_create(operator=operator, defaults=fresh)
    return True


def verify_code(operator: Operator, code: str) -> bool:
    """Return whether a code is right, and store its use in the same statement, so that no code counts twice."""
    key = TotpKey.objects.filter(operator=operator).first()
    secret = sealing.unseal(key.sealed) if key else ""
    step = step_of(secret, digits_of(code)) if secret else None
    if key is None or step is None:
        return False
    return TotpKey.objects.filter(pk=key.pk, last_step__lt=step).update(last_step=step) == 1


def reseal_all() -> None:
    """Encrypt all keys with the present secret key, so that the earlier ones can be removed from the settings."""
    for key in TotpKey.objects.all():
        if resealed := sealing.reseal(key.sealed):
            TotpKey.objects.filter(pk=key.pk, sealed=key.sealed).update(sealed=resealed)


def digits_of(code: str) -> str:
    """Return a code without spaces and hyphens."""
    return code.replace(" ", "").replace("-", "")
