"""The password policy: which passwords are refused."""

from __future__ import annotations

import pytest

from ngnpro_wire.facts.passwords import PasswordKind, Reason, normalize_password, spellings_of_password, why_refused

ADA = ("ada", "example.com", "ada@example.com", "Ada Byron", "+31 20 800 51 69")


@pytest.mark.parametrize("kind", [PasswordKind.OPERATOR, PasswordKind.CUSTOMER, PasswordKind.SIP, PasswordKind.WEB])
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password", Reason.TOO_SHORT),
        ("12345678", Reason.TOO_SHORT),
        ("1234567890123", Reason.PATTERN),
        ("9876543210987", Reason.PATTERN),
        ("abcabcabcabcab", Reason.PATTERN),
        ("aaaaaaaaaaaaaa", Reason.PATTERN),
        ("qwertyuiop1234", Reason.PATTERN),
        ("secretwordsecretword", Reason.PATTERN),
        ("ada@example.com", Reason.PERSONAL),
        ("Ada.Byron.1815", Reason.PERSONAL),
        ("nor.y.b-1815", Reason.PERSONAL),
        ("moc.elpmaxe.2024", Reason.PERSONAL),
        ("31208005169!", Reason.PERSONAL),
        ("Administrator1!", Reason.COMMON),
        ("x" * 60 + "abz9" * 18, Reason.TOO_LONG),
        ("a quite different secret", None),
        ("a-secret-of-ada", None),
        ("  spaced out words  ", None),
        ("ключ от старой двери", None),
    ],
)
def test_weak_passwords_of_every_kind_are_refused(kind: PasswordKind, password: str, reason: Reason | None) -> None:
    assert why_refused(kind, password, ADA) is reason


@pytest.mark.parametrize(
    ("pin", "reason"),
    [
        ("1234", Reason.PATTERN),
        ("0000", Reason.PATTERN),
        ("1212", Reason.PATTERN),
        ("4321", Reason.PATTERN),
        ("2580", Reason.COMMON),
        ("5169", Reason.PERSONAL),
        ("3120", Reason.PERSONAL),
        ("123", Reason.TOO_SHORT),
        ("12a4", Reason.NOT_DIGITS),
        ("١٢٣٩", Reason.NOT_DIGITS),
        ("7" + "19384" * 4, Reason.TOO_LONG),
        ("8305", None),
    ],
)
def test_weak_pins_are_refused(pin: str, reason: Reason | None) -> None:
    assert why_refused(PasswordKind.PIN, pin, ADA) is reason


def test_the_shortest_allowed_length_depends_on_the_kind() -> None:
    text, kinds = "tq8xkpm2vzr7hw4n", (PasswordKind.OPERATOR, PasswordKind.CUSTOMER, PasswordKind.SIP, PasswordKind.WEB)
    lengths = {kind: min(size for size in range(17) if why_refused(kind, text[:size]) is None) for kind in kinds}
    assert lengths == {PasswordKind.OPERATOR: 12, PasswordKind.CUSTOMER: 10, PasswordKind.SIP: 12, PasswordKind.WEB: 10}


def test_two_spellings_of_one_text_are_one_password() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert normalize_password(decomposed) == normalize_password(composed) == composed
    assert spellings_of_password(decomposed) == (composed, decomposed)
    assert spellings_of_password("  Plain ") == ("  Plain ",)
