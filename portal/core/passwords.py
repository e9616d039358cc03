"""Passwords that people choose: the policy in words for forms, and how strong a password is.

The rules themselves are in ``ngnpro_wire.facts.passwords``. The list of common passwords is the one that Django ships;
the estimate of the strength is that of zxcvbn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from zxcvbn import zxcvbn

from ngnpro_wire.facts.passwords import LIMITS, PasswordKind, Reason, refusal
from portal.core.fields import NewPasswordInput

# What of a record, or of a form, others know of the person.
KNOWN = (
    *("id", "username", "domain", "name", "first_name", "last_name", "organization", "email"),
    *("tel", "mobile", "fax", "sip", "enum", "rpid", "number"),
)
REFUSED: Mapping[Reason, str | Promise] = {
    Reason.TOO_SHORT: gettext_lazy("This password is too short. Use at least %(shortest)s characters."),
    Reason.TOO_LONG: gettext_lazy("This password is too long. Use at most %(longest)s characters."),
    Reason.PATTERN: gettext_lazy(
        "This password is too easy to guess: it repeats itself or follows a sequence. Use several unrelated words."
    ),
    Reason.PERSONAL: gettext_lazy(
        "This password is too easy to guess: it is little more than a name, address or number of this person. "
        "Use several unrelated words."
    ),
    Reason.COMMON: gettext_lazy(
        "This password is too easy to guess: many people use it or one like it. Use several unrelated words."
    ),
}
REFUSED_PIN: Mapping[Reason, str | Promise] = {
    Reason.NOT_DIGITS: gettext_lazy("A PIN has 4 to 16 digits."),
    Reason.TOO_SHORT: gettext_lazy("A PIN has 4 to 16 digits."),
    Reason.TOO_LONG: gettext_lazy("A PIN has 4 to 16 digits."),
    Reason.PATTERN: gettext_lazy(
        "This PIN is too easy to guess: its digits repeat or follow each other. Use digits in no order."
    ),
    Reason.PERSONAL: gettext_lazy(
        "This PIN is too easy to guess: it is part of the number of this account. Use other digits."
    ),
    Reason.COMMON: gettext_lazy("This PIN is too easy to guess: many people use it. Use digits in no order."),
}
STRENGTHS: tuple[str | Promise, ...] = (
    gettext_lazy("very weak"),
    gettext_lazy("weak"),
    gettext_lazy("fair"),
    gettext_lazy("good"),
    gettext_lazy("strong"),
)
# A password with a lower score of zxcvbn is guessed in fewer than a million tries.
LOWEST_SCORE = 2
# zxcvbn takes long over longer texts, and refuses them.
ESTIMATED = 72


def help_text(kind: PasswordKind, more: str | Promise = "") -> str:
    """Say what a password of this kind has to be like; ``more`` is said after it."""
    words = _("At least %(shortest)s characters; no common password, and no name or number of this person.")
    return f"{words % {'shortest': LIMITS[kind].shortest}} {more}".strip()


def check(kind: PasswordKind, password: str, known: Iterable[str] = ()) -> None:
    """Raise ``ValidationError`` with the reason and what to do when a new password is refused."""
    known = tuple(known)
    reason = refusal(kind, password, known, common_passwords())
    if reason is None and kind is not PasswordKind.PIN and score_of(password, known) < LOWEST_SCORE:
        reason = Reason.COMMON
    if reason is not None:
        limits = LIMITS[kind]
        words = (REFUSED_PIN if kind is PasswordKind.PIN else REFUSED)[reason]
        raise ValidationError(
            str(words) % {"shortest": limits.shortest, "longest": limits.longest}, code="weak password"
        )


def check_field(form: forms.Form, name: str, kind: PasswordKind, known: Iterable[str]) -> None:
    """Check the password that was typed into a field of a form, if there is one; a refusal goes to the field."""
    password = form.cleaned_data.get(name)
    if password:
        try:
            check(kind, password, known)
        except ValidationError as refused:
            form.add_error(name, refused)


def known_of(*sources: object) -> list[str]:
    """List what others know of a person, from records, operators or the values of a form."""
    found = (_value(source, name) for source in sources for name in KNOWN)
    return [str(value) for value in found if value]


def _value(source: object, name: str) -> Any:
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Read Django's list of some 20,000 common passwords, in lower case."""
    return frozenset(CommonPasswordValidator().passwords)


def score_of(password: str, known: Iterable[str] = ()) -> int:
    """Estimate how hard a password is to guess, from 0 (very weak) to 4 (strong)."""
    return int(zxcvbn(password[:ESTIMATED], user_inputs=list(known))["score"])


def strength_of(password: str, known: Iterable[str] = ()) -> str:
    """Say in a word how strong a password is."""
    return str(STRENGTHS[score_of(password, known)])


def told(form: forms.Form) -> list[str]:
    """Say how strong the new passwords are that were typed into a form; those that the portal made are strong."""
    return [
        _("%(field)s: its strength is %(strength)s.")
        % {"field": field.label, "strength": strength_of(form.cleaned_data[name])}
        for name, field in form.fields.items()
        if isinstance(field.widget, NewPasswordInput) and not field.disabled and form.data.get(form.add_prefix(name))
    ]


class PolicyValidator:
    """The policy for operators' passwords, for Django's own commands such as ``changepassword``."""

    def validate(self, password: str, user: object = None) -> None:
        check(PasswordKind.OPERATOR, password, known_of(user))

    def get_help_text(self) -> str:
        return help_text(PasswordKind.OPERATOR)
