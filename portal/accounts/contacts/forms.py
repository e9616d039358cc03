"""The forms and the list of contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.contacts.choices import (
    ADDRESS_LENGTH,
    GROUP_CHOICES,
    GROUPS,
    LARGEST,
    MOST,
    NAME_LENGTH,
    ContactsRead,
    contact_address,
    same_address,
)
from portal.accounts.contacts.files import UnreadableContacts, read_contacts
from portal.core.fields import offer_stored
from portal.core.forms import CleanForm, FilterForm, RecordForm
from portal.core.markup import markup, page_url
from portal.core.person_fields import NameField
from portal.core.search_text import filter_pattern
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import icon
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
        choices=[(ANY, pgettext_lazy("contacts", "All")), *GROUPS.items(), (WITHOUT, gettext_lazy("Without group"))],
    )

    def to_filter(self) -> PhonebookMatch:
        values = self.cleaned_data
        group = {ANY: None, WITHOUT: ""}.get(values["group"], values["group"])
        return PhonebookMatch(name=filter_anywhere(values["name"]), uri=filter_anywhere(values["uri"]), group=group)


def filter_anywhere(text: str) -> str | None:
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
    name = NameField(
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
            "Up to 500 contacts and 512 kB. Nothing is added before you have confirmed the preview."
        ),
        error_messages={"required": gettext_lazy("Choose a file first."), "empty": gettext_lazy("This file is empty.")},
    )

    def clean_file(self) -> ContactsRead:
        """Read the file. Raises ``ValidationError`` if it is too large or cannot be read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise ValidationError(_("The file is larger than %(size)s kB.") % {"size": LARGEST // 1024})
        try:
            return read_contacts(file.read())
        except UnreadableContacts as error:
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


@dataclass(frozen=True, slots=True)
class BesideContacts:
    """The account's address if the viewer may change its contacts, else empty; and the contacts that lead nowhere.

    ``missing`` is ``None`` if the server does not say which these are.
    """

    address: str = ""
    missing: frozenset[str] | None = None


class ContactTable(Table[PhonebookEntry]):
    """The table of contacts; ``beside`` are ``BesideContacts``."""

    caption = gettext_lazy("Contacts")
    default_sort = ""
    columns = (
        Column("name", gettext_lazy("Name")),
        Column("uri", gettext_lazy("Number or address"), css="wrap"),
        Column("group", gettext_lazy("Group")),
        Column("actions", gettext_lazy("Actions"), css="min"),
    )

    def cell_name(self, entry: PhonebookEntry) -> str | SafeString:
        name = name_of(entry)
        if not self.beside.address:
            return name
        return markup('<a class="strong" href="{}">{}</a>', self._url("edit", entry), name)

    def cell_uri(self, entry: PhonebookEntry) -> str | SafeString:
        address = same_address(entry.uri)
        if entry.uri not in (self.beside.missing or ()):
            return address
        return markup(
            '{}<span class="sub"><span class="lamp lamp-warn">{}</span></span>',
            address,
            _("This account does not exist."),
        )

    def cell_group(self, entry: PhonebookEntry) -> str | SafeString:
        label = group_label(entry)
        return markup('<span><span class="badge">{}</span></span>', label) if label else ""

    def cell_actions(self, entry: PhonebookEntry) -> str | SafeString:
        if not self.beside.address:
            return ""
        return markup(
            '<span class="row-actions"><a class="btn btn-quiet btn-sm" href="{}" title="{}">{}'
            '<span class="visually-hidden">{}</span></a></span>',
            self._url("delete", entry),
            _("Delete"),
            icon("trash"),
            _("Delete %(who)s") % {"who": name_of(entry)},
        )

    @property
    def spreadsheet_url(self) -> str:
        """Return no URL, because the page has its own export, which can be imported again."""
        return ""

    def _url(self, action: str, entry: PhonebookEntry) -> str:
        return page_url(f"accounts:contacts:{action}", self.beside.address, entry.uri)


def name_of(entry: PhonebookEntry) -> str:
    """Return the name of a contact, else its address."""
    return entry.name or f"{entry.first_name} {entry.last_name}".strip() or same_address(entry.uri)


def group_label(entry: PhonebookEntry) -> str:
    """Return the label of a contact's group."""
    return str(GROUPS.get(entry.group, entry.group))


def preview_rows(entries: Iterable[PhonebookEntry]) -> list[tuple[str, str, str]]:
    """Return the rows of an import preview: name, address, group."""
    return [(entry.name, entry.uri, group_label(entry)) for entry in entries]


def spreadsheet_header() -> list[str]:
    """Return the column headings of the spreadsheet, which the import recognizes."""
    return ["address", "name", "group"]


def spreadsheet_rows(entries: Iterable[PhonebookEntry]) -> Iterator[list[str]]:
    """Yield the spreadsheet rows of contacts."""
    for entry in entries:
        yield [same_address(entry.uri), entry.name, entry.group]
