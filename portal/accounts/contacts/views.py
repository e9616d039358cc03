"""Pages of the phonebook of an account."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.accounts.choices import DIRECTORY
from portal.accounts.contacts.cards import write_cards
from portal.accounts.contacts.choices import NAME_LENGTH
from portal.accounts.contacts.forms import (
    BesideContacts,
    ConfirmForm,
    ContactEditForm,
    ContactFilterForm,
    ContactForm,
    ContactTable,
    FileForm,
    name_of,
    preview_rows,
    spreadsheet_header,
    spreadsheet_rows,
)
from portal.accounts.contacts.services import (
    MOST_FOUND,
    SHORTEST_SEARCH,
    ContactImportPlan,
    add_all,
    iter_contacts,
    missing_contacts,
    pack_contacts,
    phonebook_reference,
    plan_import,
    search_directory,
    unpack_contacts,
)
from portal.accounts.pages import AccountPage, file_name
from portal.core.access import may_open, why_only_looking
from portal.core.form_views import AddView, EditView
from portal.core.forms import RecordForm, add_css_classes
from portal.core.spreadsheets import csv_response
from portal.core.views import DeleteView, ListView, RecordView
from portal.ngnpro import Query, RecordPage
from portal.ngnpro.records import PhonebookEntry, PhonebookMatch


class ContactPage(AccountPage):
    """A base class for pages of the phonebook."""

    @property
    def list_url(self) -> str:
        return reverse("accounts:contacts:list", args=[str(self.sip_id)])

    def go_on(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return HttpResponseRedirect(self.list_url)

    def of_whom(self) -> dict[str, Any]:
        return phonebook_reference(self.sip_id)


class ContactMixin(ContactPage, RecordView[PhonebookEntry]):
    """A page about one contact, identified in the URL by its address."""

    def get_record(self) -> PhonebookEntry:
        entry = self.ngnpro.sip.find_phonebook_entry(self.sip_id, self.kwargs["contact"])
        if entry is None:
            raise Http404
        return entry


class ContactList(AccountPage, ListView[PhonebookEntry]):
    template_name = "accounts/contacts/list.html"
    title = gettext_lazy("Contacts")
    table_class = ContactTable
    filter_class = ContactFilterForm

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return super().get(request)

    @property
    def has_directory(self) -> bool:
        """Return whether the viewer may search the directory."""
        return DIRECTORY in self.account.groups and may_open(self.request.viewer, "accounts:contacts:directory")

    def fetch(self, query: Query[PhonebookMatch]) -> RecordPage[PhonebookEntry]:
        found = self.ngnpro.sip.get_phonebook_entries(self.sip_id, query.filter, query.range)
        start = query.range.start if query.range else 0
        more = query.range is not None and len(found.entries) == query.range.count
        # A platform may return 0 as the total (contract: PhonebookEntries); then use the number of entries seen so far.
        return RecordPage(found.total or start + len(found.entries) + more, found.entries)

    def beside(self, page: RecordPage[PhonebookEntry]) -> BesideContacts:
        edit, viewer = "accounts:contacts:edit", self.request.viewer
        may_edit = may_open(viewer, edit) and not why_only_looking(viewer, edit)
        return BesideContacts(str(self.sip_id) if may_edit else "", missing_contacts(self.ngnpro, self.sip_id, page))


class Directory(AccountPage):
    """Search the accounts of the same customer by name, if staff have given the account's user the right."""

    template_name = "accounts/contacts/directory.html"
    title = gettext_lazy("Directory")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if DIRECTORY not in self.account.groups:
            raise Http404
        sought = request.GET.get("name", "").strip()[:NAME_LENGTH]
        if len(sought) < SHORTEST_SEARCH:
            return self.show(sought=sought, found=None)
        found = search_directory(self.ngnpro, self.account, sought)
        return self.show(sought=sought, found=found[:MOST_FOUND], more=len(found) > MOST_FOUND)


class ContactAdd(ContactPage, AddView[PhonebookEntry]):
    template_name = "accounts/contacts/form.html"
    title = gettext_lazy("Add a contact")
    button = gettext_lazy("Add contact")
    form_class = ContactForm

    def make_form(self, **kwargs: Any) -> RecordForm[PhonebookEntry]:
        form = super().make_form(**kwargs)
        form.domain = self.sip_id.domain  # type: ignore[attr-defined]
        return form

    def submit(self, record: PhonebookEntry) -> PhonebookEntry:
        return self.ngnpro.sip.add_phonebook_entry(self.sip_id, record)

    def done(self, record: PhonebookEntry) -> HttpResponse:
        return self.go_on(_("%(name)s was added to the contacts.") % {"name": name_of(record)})


class ContactEdit(ContactMixin, EditView[PhonebookEntry]):
    template_name = "accounts/contacts/form.html"
    title = gettext_lazy("Edit contact")
    button = gettext_lazy("Save")
    form_class = ContactEditForm

    def submit(self, record: PhonebookEntry) -> PhonebookEntry:
        return self.ngnpro.sip.update_phonebook_entry(self.sip_id, record)

    def done(self, record: PhonebookEntry) -> HttpResponse:
        return self.go_on(_("Contact %(name)s was saved.") % {"name": name_of(record)})


class ContactDelete(ContactMixin, DeleteView[PhonebookEntry]):
    template_name = "accounts/contacts/delete.html"

    def name_of(self, record: PhonebookEntry) -> str:
        return name_of(record)

    def delete(self, record: PhonebookEntry) -> None:
        self.ngnpro.sip.delete_phonebook_entry(self.sip_id, record.uri)

    def done(self, record: PhonebookEntry) -> HttpResponse:
        return self.go_on(_("Contact %(name)s was deleted.") % {"name": name_of(record)})


class ContactExport(ContactPage):
    """All contacts that match the filter, as CSV, or as vCard with ``?format=vcard``."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponseBase:
        form = ContactFilterForm(request.GET)
        if not form.is_valid():
            return HttpResponseRedirect(f"{self.list_url}?{request.GET.urlencode()}")
        entries = self.entries(form.to_filter())
        name = f"contacts-{file_name(self.sip_id)}-{timezone.localdate():%Y-%m-%d}"
        if request.GET.get("format") != "vcard":
            return csv_response(f"{name}.csv", spreadsheet_header(), spreadsheet_rows(entries))
        return StreamingHttpResponse(
            write_cards(entries),
            content_type="text/vcard; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.vcf"'},
        )

    def entries(self, match: PhonebookMatch) -> Iterator[PhonebookEntry]:
        """Return the contacts; the first is fetched immediately, so that an outage shows an error page."""
        found = iter_contacts(self.ngnpro, self.sip_id, match)
        return chain(list(islice(found, 1)), found)


class ContactImport(ContactPage):
    """Import a file: show what will be added and skipped, and add it after confirmation."""

    template_name = "accounts/contacts/import.html"
    title = gettext_lazy("Contacts from a file")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page(FileForm())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        if "contacts" in request.POST:
            return self.add()
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form, 422)
        existing = list(iter_contacts(self.ngnpro, self.sip_id))
        made = plan_import(form.cleaned_data["file"], existing, self.sip_id.domain)
        return self.page(FileForm(), preview=made, rows=preview_rows(made.add), packed=self.packed(made))

    def add(self) -> HttpResponse:
        form = ConfirmForm(self.request.POST, salt=self.salt)
        if not form.is_valid():
            return self.page(FileForm(), 422, stale=form.errors["contacts"][0])
        outcome = add_all(self.ngnpro, self.request.writes, self.sip_id, unpack_contacts(form.cleaned_data["contacts"]))
        if outcome.outage or outcome.refused:
            left = self.sign(pack_contacts(outcome.left)) if outcome.left else ""
            return self.page(FileForm(), 503 if outcome.outage else 200, outcome=outcome, packed=left)
        total = len(outcome.added)
        return self.go_on(
            ngettext("%(total)s contact was added.", "%(total)s contacts were added.", total) % {"total": total}
        )

    def page(self, form: FileForm, status: int = 200, **context: Any) -> HttpResponse:
        add_css_classes(form)
        return self.show(status, form=form, **context)

    def packed(self, made: ContactImportPlan) -> str:
        return self.sign(pack_contacts(made.add)) if made.add else ""

    def sign(self, packed: list[list[str]]) -> str:
        return signing.dumps(packed, salt=self.salt, compress=True)

    @property
    def salt(self) -> str:
        viewer = self.request.viewer
        return f"contacts of {self.sip_id} for {viewer.role} {viewer.login}"
