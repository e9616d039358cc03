"""Recovery codes: ten codes to print, each of which replaces a second factor once."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from portal.people.operators.models import Operator

from .models import RecoveryCode

HOW_MANY = 10
# 32 letters and digits that cannot be confused. 16 of them are 80 bits, which cannot be guessed from a hash.
LETTERS = "abcdefghjkmnpqrstuvwxyz123456789"
GROUPS, GROUP_LENGTH = 4, 4


def make_codes(operator: Operator) -> list[str]:
    """Generate ten codes, which replace all earlier ones; only their hashes are stored."""
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(HOW_MANY)]
    with transaction.atomic():
        operator.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(operator=operator, code_hash=hash_of(code)) for code in codes)
    return codes


def spend_code(operator: Operator, code: str) -> bool:
    """Delete a code and return whether it existed; of two simultaneous uses only one gets ``True``."""
    deleted, _ = RecoveryCode.objects.filter(operator=operator, code_hash=hash_of(code)).delete()
    return deleted == 1


def hash_of(code: str) -> str:
    """Return the hash under which a code is stored; case, spaces and hyphens make no difference."""
    plain = "".join(code.lower().replace("-", " ").split())
    return hashlib.sha256(plain.encode()).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH))
