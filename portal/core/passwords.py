"""The password policy for forms: help texts, checks with messages, and estimates of strength.

The rules are in ``ngnpro_wire.facts.passwords``. The list of common passwords is Django's; zxcvbn estimates strength.
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

from ngnpro_wire.facts.passwords import LIMITS, PasswordKind, Reason, why_refused
from portal.core.fields import NewPasswordInput

# Fields of records and forms with facts about a person that others may know.
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
# zxcvbn's score for passwords that take at least a million guesses.
LOWEST_SCORE = 2
# zxcvbn refuses longer texts, because it would take too long.
ESTIMATED = 72


def help_text(kind: PasswordKind, more: str | Promise = "") -> str:
    """Return the help text for a new password of this kind, followed by ``more``."""
    words = _("At least %(shortest)s characters; no common password, and no name or number of this person.")
    return f"{words % {'shortest': LIMITS[kind].shortest}} {more}".strip()


def check_password(kind: PasswordKind, password: str, known: Iterable[str] = ()) -> None:
    """Check a new password; raises ``ValidationError`` with the reason and what to do if the policy refuses it.

    ``known`` are facts about the person that the password must not consist of.
    """
    known = tuple(known)
    reason = why_refused(kind, password, known, common_passwords())
    if reason is None and kind is not PasswordKind.PIN and score_of(password, known) < LOWEST_SCORE:
        reason = Reason.COMMON
    if reason is not None:
        limits = LIMITS[kind]
        words = (REFUSED_PIN if kind is PasswordKind.PIN else REFUSED)[reason]
        raise ValidationError(
            str(words) % {"shortest": limits.shortest, "longest": limits.longest}, code="weak password"
        )


def check_field(form: forms.Form, name: str, kind: PasswordKind, known: Iterable[str]) -> None:
    """Check the password typed into a field of a form, if any; a refusal becomes an error of the field."""
    password = form.cleaned_data.get(name)
    if password:
        try:
            check_password(kind, password, known)
        except ValidationError as refused:
            form.add_error(name, refused)


def known_of(*sources: object) -> list[str]:
    """List facts about a person that others may know, from records, operators or the values of a form."""
    found = (_value(source, name) for source in sources for name in KNOWN)
    return [str(value) for value in found if value]


def _value(source: object, name: str) -> Any:
    return source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return Django's list of about 20,000 common passwords, in lower case."""
    return frozenset(CommonPasswordValidator().passwords)


def score_of(password: str, known: Iterable[str] = ()) -> int:
    """Estimate how hard a password is to guess, from 0 (very weak) to 4 (strong)."""
    from zxcvbn import zxcvbn  # its lists of words are 12 MB, which only processes that estimate passwords need

    return int(zxcvbn(password[:ESTIMATED], user_inputs=list(known))["score"])


def strength_of(password: str, known: Iterable[str] = ()) -> str:
    """Return the name of a password's strength, from “very weak” to “strong”."""
    return str(STRENGTHS[score_of(password, known)])


def strength_notes(form: forms.Form) -> list[str]:
    """Return a sentence about the strength of each new password typed into a form."""
    return [
        _("%(field)s: its strength is %(strength)s.")
        % {"field": field.label, "strength": strength_of(form.cleaned_data[name])}
        for name, field in form.fields.items()
        if isinstance(field.widget, NewPasswordInput) and not field.disabled and form.data.get(form.add_prefix(name))
    ]


class PolicyValidator:
    """The policy for operators' passwords, for Django's own commands such as ``changepassword``."""

    def validate(self, password: str, user: object = None) -> None:
        check_password(PasswordKind.OPERATOR, password, known_of(user))

    def get_help_text(self) -> str:
        return help_text(PasswordKind.OPERATOR)
