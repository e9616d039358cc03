"""Recovery codes: ten to print, each good once in place of a second factor."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from portal.people.operators.models import Operator

from .models import RecoveryCode

HOW_MANY = 10
# 32 letters and digits that cannot be mistaken for one another: 16 of them are 80 bits, beyond guessing from a hash.
LETTERS = "abcdefghjkmnpqrstuvwxyz123456789"
GROUPS, GROUP_LENGTH = 4, 4


def make_codes(operator: Operator) -> list[str]:
    """Make ten codes in place of all earlier ones; only their hashes are kept."""
    codes = ["-".join(_group() for _ in range(GROUPS)) for _ in range(HOW_MANY)]
    with transaction.atomic():
        operator.recovery_codes.all().delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(operator=operator, code_hash=hash_of(code)) for code in codes)
    return codes


def spend_code(operator: Operator, code: str) -> bool:
    """Use a code up; a second use, even at the same moment, finds it gone."""
    deleted, _ = RecoveryCode.objects.filter(operator=operator, code_hash=hash_of(code)).delete()
    return deleted == 1


def hash_of(code: str) -> str:
    """Hash a code as it is kept, whatever case and hyphens it was typed with."""
    plain = "".join(code.lower().replace("-", " ").split())
    return hashlib.sha256(plain.encode()).hexdigest()


def _group() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH))
