"""Forms of the phonebook: filter, contact, and import of a file."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.contacts.choices import (
    ADDRESS_LENGTH,
    GROUP_CHOICES,
    GROUPS,
    LARGEST,
    MOST,
    NAME_LENGTH,
    Read,
    contact_address,
)
from portal.accounts.contacts.files import Unreadable, read_contacts
from portal.core.fields import offer_stored
from portal.core.forms import CleanForm, FilterForm, RecordForm
from portal.core.search_text import filter_pattern
from portal.ngnpro import Pattern
from portal.ngnpro.records import PhonebookEntry, PhonebookMatch

ANY, WITHOUT = "", "-"
# How long an import preview can be confirmed.
PREVIEW_SECONDS = 3600


class ContactFilterForm(FilterForm[PhonebookMatch]):
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=NAME_LENGTH)
    uri = forms.CharField(label=gettext_lazy("Number or address"), required=False, max_length=ADDRESS_LENGTH)
    group = forms.ChoiceField(
        label=gettext_lazy("Group"),
        required=False,
        choices=[(ANY, gettext_lazy("All")), *GROUPS.items(), (WITHOUT, gettext_lazy("Without group"))],
    )

    def to_filter(self) -> PhonebookMatch:
        values = self.cleaned_data
        group = {ANY: None, WITHOUT: ""}.get(values["group"], values["group"])
        return PhonebookMatch(name=anywhere(values["name"]), uri=anywhere(values["uri"]), group=group)


def anywhere(text: str) -> str | None:
    """Convert typed text to a filter that matches it anywhere; ``*`` matches any characters."""
    found = filter_pattern(text)
    return Pattern(f"%{found.removesuffix('%')}%") if found else None


class ContactForm(RecordForm[PhonebookEntry]):
    """A form for a new contact; ``domain`` is added to a number or user without one."""

    room = "accounts:contacts"
    record_class = PhonebookEntry
    sections: ClassVar[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (("", ("uri", "name", "group")),)
    fault_fields = {FaultCode.PHONEBOOK_ENTRY_EXISTS: "uri"}

    uri = forms.CharField(
        label=gettext_lazy("Number or address"),
        max_length=ADDRESS_LENGTH,
        help_text=gettext_lazy(
            "A telephone number, or a SIP address like ada@example.com. % stands for any characters: 0031% is every "
            "number that begins with 0031. It cannot be changed later."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("Up to 128 characters; calls show it instead of the address."),
    )
    group = forms.ChoiceField(
        label=gettext_lazy("Group"),
        required=False,
        choices=GROUP_CHOICES,
        help_text=gettext_lazy("“Do not disturb” can let some groups through."),
    )
    domain = ""

    def clean_uri(self) -> str:
        return contact_address(self.cleaned_data["uri"], self.domain)


class ContactEditForm(ContactForm):
    """A form for an existing contact, without its address, which is the key."""

    uri = None  # type: ignore[assignment]
    sections = (("", ("name", "group")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_stored(self.fields["group"], self.initial.get("group"))


class FileForm(forms.Form):
    """A form for uploading a file of contacts."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.vcf,text/csv,text/vcard"}),
        help_text=gettext_lazy(
            "CSV with the columns address, name and group, as this portal and most address books write it, or vCard. "
            "Up to 500 contacts and 512 kB. Nothing is added before you have seen what will happen."
        ),
        error_messages={"required": gettext_lazy("Choose a file first."), "empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> Read:
        """Read the file. Raises ``ValidationError`` if it is too large or cannot be read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise ValidationError(_("The file is larger than %(size)s kB.") % {"size": LARGEST // 1024})
        try:
            return read_contacts(file.read())
        except Unreadable as error:
            raise ValidationError(str(error)) from None


class ConfirmForm(CleanForm):
    """The signed contacts of an import preview; ``salt`` binds them to one viewer and one account."""

    contacts = forms.CharField(widget=forms.HiddenInput, max_length=MOST * 1000)

    def __init__(self, *args: Any, salt: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salt = salt

    def clean_contacts(self) -> list[list[str]]:
        try:
            found: list[list[str]] = signing.loads(
                self.cleaned_data["contacts"], salt=self.salt, max_age=PREVIEW_SECONDS
            )
        except signing.BadSignature:
            raise ValidationError(_("This preview is too old. Choose the file again.")) from None
        return found
