"""Forms of the voicemail room."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import PasswordKind
from portal.accounts.addresses import target_in_words
from portal.accounts.voicemail.choices import CONDITIONS, MOST_UPLOADED, USUAL, new_pin
from portal.accounts.voicemail.conversion import convert_sound
from portal.accounts.voicemail.sound import NewGreeting, NotSoundError
from portal.core.fields import EmailField, SecretField
from portal.core.forms import RecordForm
from portal.core.passwords import check_field
from portal.core.person_fields import NameField
from portal.ngnpro.records import CallDiversions, VoicemailAccount


class PinField(SecretField):
    """A field for a PIN of 4 to 16 digits; a stored PIN is never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("PIN"), max_length=64, strip=True, **kwargs)
        self.widget.attrs |= {"inputmode": "numeric"}


class MailboxForm(RecordForm[VoicemailAccount]):
    """A base form for adding and editing a mailbox."""

    room = "accounts:voicemail"
    record_class = VoicemailAccount
    known: Collection[str] = ()

    name = NameField(
        label=_("Name"), max_length=128, help_text=_("The name that callers hear, if the platform plays it.")
    )
    email = EmailField(label=_("E-mail"), required=False, help_text=_("Each message goes there as a sound file."))
    keep = forms.BooleanField(
        label=_("Keep messages on the server, too"),
        required=False,
        help_text=_("They can then be heard by telephone; otherwise they are only in the mail."),
    )
    password = PinField(
        help_text=_("For listening by telephone, 4 to 16 digits. If it is empty, the PIN is not changed.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        check_field(self, "password", PasswordKind.PIN, self.known)
        if not values.get("email") and not values.get("keep") and not self.has_error("email"):
            why = _now("Messages that are not kept on the server need an e-mail address, or they would be lost.")
            self.add_error("email", ValidationError(why))
        return values

    def shown(self, record: VoicemailAccount, name: str) -> Any:
        return not record.options.delete if name == "keep" else super().shown(record, name)

    @classmethod
    def initial_from(cls, record: VoicemailAccount) -> dict[str, Any]:
        return {"name": record.name, "email": record.email, "keep": not record.options.delete}

    def record_values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in ("name", "email")}
        pin = self.new_pin or self.cleaned_data["password"]
        return values | ({"password": pin} if pin else {})

    @property
    def new_pin(self) -> str:
        """Return the generated PIN, to be shown once; empty if none was generated."""
        return str(self.cleaned_data.get("made_pin", ""))

    def to_record(self, record: VoicemailAccount | None = None) -> VoicemailAccount:
        before = record or self.initial["empty"]
        options = replace(before.options, delete=not self.cleaned_data["keep"])
        return replace(before, **self.record_values(), options=options)


class MailboxAddForm(MailboxForm):
    """A form for a new mailbox and the cases in which calls are diverted to it."""

    sections = (
        (_("Mailbox"), ("name", "email", "keep", "password")),
        (_("Calls that are forwarded to it"), ("take",)),
    )

    take = forms.MultipleChoiceField(
        label=_("In these cases"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Cases that are forwarded elsewhere stay unchanged, unless you tick them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _(
            "For listening by telephone, 4 to 16 digits. If it is empty, a PIN is generated."
        )
        self.fields["take"].choices = list(CONDITIONS.items())  # type: ignore[attr-defined]

    def offer(self, diversions: CallDiversions, domain: str) -> None:
        """Show the current target of each case, and preselect the usual cases that have none."""
        now = {name: getattr(diversions, name) or "" for name in CONDITIONS}
        self.fields["take"].choices = [  # type: ignore[attr-defined]
            (name, _now("%(case)s, now to %(target)s") % {"case": label, "target": target_in_words(now[name], domain)})
            if now[name]
            else (name, label)
            for name, label in CONDITIONS.items()
        ]
        self.initial.setdefault("take", [name for name in USUAL if not now[name]])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if not values.get("password"):
            values["made_pin"] = new_pin()
        return values


class MailboxEditForm(MailboxForm):
    """A form for an existing mailbox."""

    sections = ((_("Mailbox"), ("name", "email", "keep", "password", "make_pin")),)

    make_pin = forms.BooleanField(
        label=_("Generate a new PIN"), required=False, help_text=_("It is shown once, after saving.")
    )

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        if values.get("make_pin") and values.get("password"):
            self.add_error("password", ValidationError(_now("Either type a PIN, or let one be made.")))
        elif values.get("make_pin"):
            values["made_pin"] = new_pin()
        return values


class GreetingForm(RecordForm[NewGreeting]):
    """A form for uploading a greeting as a sound file."""

    room = "accounts:voicemail"
    record_class = NewGreeting
    sections = ((_("Greeting"), ("file",)),)

    file = forms.FileField(
        label=_("Sound file"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "audio/*,.m4a,.amr,.3gp,.opus,.caf"}),
        help_text=_(
            "A recording of up to 60 seconds and 16 MB, as telephones and editors write it: WAV, MP3, M4A, OGG, FLAC, "
            "AIFF, AMR or 3GP. It is converted to the quality of telephones."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if (upload.size or 0) > MOST_UPLOADED:
            size = {"size": round((upload.size or 0) / 1_000_000), "most": MOST_UPLOADED // 1_000_000}
            raise ValidationError(_now("The file has %(size)s MB; %(most)s MB are the most. MP3 is smaller.") % size)
        try:
            self.greeting = convert_sound(upload.read())
        except NotSoundError as error:
            raise ValidationError(str(error)) from None
        return upload

    def to_record(self, record: NewGreeting | None = None) -> NewGreeting:
        return self.greeting
