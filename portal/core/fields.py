"""Form fields for SIP data: domain names, usernames, addresses, passwords, owners, time zones, telephone numbers."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from itertools import islice
from typing import Any, TypeGuard

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.display_names import bare_address
from ngnpro_wire.facts.domain_names import MOST_CHARACTERS
from ngnpro_wire.facts.input_examples import InputKind
from ngnpro_wire.facts.passwords import has_line_signs, normalize_password
from ngnpro_wire.facts.sip_addresses import SCHEME
from ngnpro_wire.facts.telephone_numbers import without_separators
from ngnpro_wire.facts.usernames import MOST_CHARACTERS as MOST_IN_USERNAME
from portal.core.in_words import LANGUAGES, tel_in_words
from portal.core.name_matching import find_named, number_in, picker_texts, with_number
from portal.core.normal_forms import domain_name, mail_address, require_number, sip_username

DOMAIN_LENGTH = MOST_CHARACTERS
# an e-mail address with the name that mail programs put around it
LONGEST_WITH_NAME = 512
PHONE = re.compile(r"\+?[0-9]{1,32}")
MOST_TTL = 2_147_483_647

# Without 0 O 1 l I: people read passwords aloud and copy them from paper.
PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # noqa: S105
PASSWORD_LENGTH = 16


class DomainNameField(forms.CharField):
    """A host name (RFC 1035, IDNA 2008); its value is the ASCII form, in lower case."""

    input_kind = InputKind.DOMAIN

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Domain"))
        kwargs.setdefault(
            "help_text",
            _("Letters, digits, hyphens and dots, up to 253 characters and 63 between dots. Any alphabet."),
        )
        super().__init__(max_length=DOMAIN_LENGTH, **kwargs)
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return domain_name(text) if text else ""


class UsernameField(forms.CharField):
    """The user part of a SIP address (RFC 3261, section 25.1), at most 64 characters, lower-case."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Username"))
        kwargs.setdefault(
            "help_text",
            _(
                "The part before the @, up to 64 characters: letters, digits and - _ . ! ~ * ' ( ) & = + $ , ; ? / "
                "Phones sign in with small letters."
            ),
        )
        self.typed = ""
        super().__init__(max_length=MOST_IN_USERNAME, **kwargs)
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        self.typed = text
        return sip_username(text) if text else ""


def folded_notes(form: forms.Form) -> list[str]:
    """Return a sentence about each username that is stored in another spelling than it was typed in."""
    words = _("“%(typed)s” is stored as “%(stored)s”: phones have to sign in with this spelling.")
    typed = ((field.typed, form.cleaned_data[name]) for name, field in form.fields.items() if _is_username(field))
    return [str(words) % {"typed": one, "stored": stored} for one, stored in typed if one and one != stored]


def _is_username(field: forms.Field) -> TypeGuard[UsernameField]:
    return isinstance(field, UsernameField) and not field.disabled


class AddressField(forms.CharField):
    """A SIP address, ``user@domain``, with or without ``sip:`` and a name; lower-case, by the rules of its parts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_IN_USERNAME + 1 + DOMAIN_LENGTH, **kwargs)
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        text = SCHEME.sub("", bare_address(super().clean(value)), count=1)
        if not text:
            return ""
        username, at, domain = text.rpartition("@")
        if not at:
            raise ValidationError(_("An address has an @ between user and domain."))
        return f"{UsernameField().clean(username)}@{domain_name(domain)}"


class SecretField(forms.CharField):
    """A write-only secret: the stored value is never shown, and an empty field leaves it unchanged."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": forms.PasswordInput, "strip": False, "required": False, "max_length": 128, **kwargs}
        )
        self.widget.attrs |= {"autocomplete": "new-password"}

    def prepare_value(self, value: Any) -> str:
        return ""


class NewPasswordInput(forms.PasswordInput):
    """An input for a new password that suggests a strong one; a script estimates the strength of a typed one."""

    template_name = "core/widgets/new_password.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestion"] = new_password()
        return context


class PasswordField(SecretField):
    """A new password: one line, up to 128 characters, normalized but never trimmed (``ngnpro_wire.facts.passwords``).

    ``portal.core.passwords.check_field`` checks its strength, which depends on the person.
    """

    def __init__(self, *, is_repeated: bool = False, **kwargs: Any) -> None:
        """Create the field; with ``is_repeated``, as the one that repeats another field's password."""
        super().__init__(**({} if is_repeated else {"widget": NewPasswordInput}) | kwargs)

    def to_python(self, value: Any) -> str:
        return normalize_password(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if has_line_signs(text):
            raise ValidationError(_("A password cannot contain line breaks or control characters."))
        return text


def new_password() -> str:
    """Return a random password of 16 letters and digits, without easily confused ones (93 bits)."""
    # The randomness is read at once, which takes a tenth of the time of one letter after the other. Bytes beyond the
    # last multiple of the number of letters are left out, so that all letters are equally likely.
    count = len(PASSWORD_LETTERS)
    usable = (byte for byte in secrets.token_bytes(4 * PASSWORD_LENGTH) if byte < 256 - 256 % count)
    found = "".join(PASSWORD_LETTERS[byte % count] for byte in islice(usable, PASSWORD_LENGTH))
    return found if len(found) == PASSWORD_LENGTH else new_password()


class NamedField(forms.CharField):
    """A record, typed or picked by name; its value is the record's number, 0 for none.

    ``offer`` sets ``names`` (number to name). Accepts a number, a name or a part of it that only one record has, and a
    suggestion in the form ``Name · number``.
    """

    several: str | Promise = _("Several have this in their names. Add the number: %(options)s")
    unknown: str | Promise = _("Nothing has this name. Pick one from the list, or type its number.")

    def __init__(self, **kwargs: Any) -> None:
        self.names: Mapping[int, str] = {}
        self.texts: Mapping[int, str] = {}
        super().__init__(**{"required": False, "max_length": 200, **kwargs})
        self.widget.attrs |= {"autocomplete": "off"}

    def offer(self, names: Mapping[int, str], list_id: str) -> None:
        """Set the records to choose from, and the id of the ``datalist`` that suggests them."""
        self.know(names)
        self.widget.attrs["list"] = list_id

    def know(self, names: Mapping[int, str]) -> None:
        """Set the records that are accepted by name."""
        self.names, self.texts = names, picker_texts(names)

    def prepare_value(self, value: Any) -> Any:
        """Return the name of the record; a number, also one of a URL, is shown only if its name is not known."""
        number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value
        if isinstance(number, int):
            return self.texts.get(number, str(number)) if number else ""
        return value

    def clean(self, value: Any) -> int:
        text = super().clean(value).strip()
        found = find_named(self.names, text)
        if len(found) == 1 and self.texts[found[0]] == text:
            return found[0]
        if (number := number_in(text)) is not None:
            return number
        if len(found) > 1:
            options = ", ".join(with_number(number, self.names[number]) for number in found[:5])
            raise ValidationError(str(self.several) % {"options": options})
        if text and not found:
            raise ValidationError(str(self.unknown))
        return found[0] if found else 0


class CustomerField(NamedField):
    """A customer, typed or picked by name; its value is the customer's number, 0 for none."""

    several = _("Several customers have this in their names. Add the number: %(options)s")
    unknown = _("No customer has this name. Pick one from the list, or type the customer's number.")


class EmailField(forms.CharField):
    """One e-mail address, also with a name around it; its value is its normal form (``ngnpro_wire.facts``)."""

    input_kind = InputKind.EMAIL

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("E-mail"), "max_length": LONGEST_WITH_NAME, **kwargs})
        self.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean(self, value: Any) -> str:
        return mail_address(super().clean(value))


class LanguageField(forms.ChoiceField):
    """A language by its two-letter code; empty for the platform's default."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Language"), "choices": LANGUAGES, "required": False, **kwargs})


class PhoneField(forms.CharField):
    """A telephone number: digits with or without a leading +; separators between the digits are removed.

    ``has_country``: a number without a country code, which begins with a single 0, is refused.
    """

    input_kind = InputKind.NUMBER

    def __init__(self, *, has_country: bool = False, **kwargs: Any) -> None:
        self.has_country = has_country
        super().__init__(**{"required": False, "max_length": 64, **kwargs})
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        require_number(typed)
        text = without_separators(typed)
        if text and not PHONE.fullmatch(text):
            raise ValidationError(_("A telephone number has up to 32 digits, with or without a + in front."))
        if self.has_country and text.startswith("0") and not text.startswith("00"):
            raise ValidationError(_("Begin with + and the country code instead of the 0, as in +31 20 123 4567."))
        return text

    def prepare_value(self, value: Any) -> Any:
        is_whole = isinstance(value, str) and value.startswith("+") and PHONE.fullmatch(value)
        return tel_in_words(value) if is_whole else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers without their separators, with which the field shows them."""
        return without_separators(str(initial or "")) != without_separators(str(data or ""))


def offer_stored(field: forms.Field, value: Any) -> None:
    """Add a stored value to the choices of a field if it is not one of them, so that saving keeps it."""
    if isinstance(field, forms.ChoiceField) and value and not field.valid_value(value):
        field.choices = [(value, value), *field.choices]  # type: ignore[misc]


class LinesField(forms.CharField):
    """Several values, one per line; blank lines are ignored, the order is preserved."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})
        self.widget.attrs |= {"rows": 3, "spellcheck": "false"}

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        return tuple(line.strip() for line in super().clean(value).splitlines() if line.strip())


class TtlField(forms.IntegerField):
    """How many seconds DNS may cache an answer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Time to live, in seconds"), "min_value": 1, "max_value": MOST_TTL, **kwargs})


class NoteField(forms.CharField):
    """A note on a record."""

    def __init__(self) -> None:
        super().__init__(label=_("Note"), required=False, max_length=255)


class DateInput(forms.DateInput):
    """The browser's own input for a day, which needs the value in ISO form."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
