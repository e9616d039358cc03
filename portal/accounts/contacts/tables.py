"""The table of an account's contacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.contacts.choices import GROUPS, same_address
from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import icon
from portal.ngnpro.records import PhonebookEntry


class ContactTable(Table[PhonebookEntry]):
    """The table of contacts; ``beside`` is the account's address if the viewer may change its contacts, else empty."""

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
        if not self.beside:
            return name
        return markup('<a class="strong" href="{}">{}</a>', self._url("edit", entry), name)

    def cell_uri(self, entry: PhonebookEntry) -> str:
        return same_address(entry.uri)

    def cell_group(self, entry: PhonebookEntry) -> str | SafeString:
        label = group_label(entry)
        return markup('<span><span class="badge">{}</span></span>', label) if label else ""

    def cell_actions(self, entry: PhonebookEntry) -> str | SafeString:
        if not self.beside:
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
        return page_url(f"accounts:contacts:{action}", self.beside, entry.uri)


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
