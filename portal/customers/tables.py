"""The tables of customers: a flat list, and resellers with the customers of one of them below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.customer_names import name_of
from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import icon, lamp, link, muted
from portal.ngnpro import RecordPage
from portal.ngnpro.records import CustomerAccount

from .choices import country_name, set_value


def render_customer(customer: CustomerAccount) -> SafeString:
    """Render a customer's name as a link, with their username below it."""
    name = link(page_url("customers:detail", customer.id), name_of(customer), css="addr addr-wrap")
    return markup('{}<span class="sub">{}</span>', name, customer.username)


class CustomerTable(Table[CustomerAccount]):
    caption = gettext_lazy("Customers")
    columns = (
        Column("organization", gettext_lazy("Customer"), sort="organization"),
        Column("reseller", gettext_lazy("Reseller"), css="keep"),
        Column("person", gettext_lazy("Person"), sort="lastName", css="opt-md card-skip"),
        Column("place", gettext_lazy("Place"), css="opt-md"),
        Column("email", gettext_lazy("E-mail"), css="opt keep"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )
    default_sort = "organization"

    def cell_organization(self, record: CustomerAccount) -> SafeString:
        return render_customer(record)

    def cell_reseller(self, record: CustomerAccount) -> str | SafeString:
        if record.is_reseller:
            return markup('<span class="badge badge-accent">{}</span>', _("Reseller"))
        return self.names.link(record.reseller)

    def cell_person(self, record: CustomerAccount) -> str:
        return f"{record.first_name} {record.last_name}".strip()

    def cell_place(self, record: CustomerAccount) -> str | SafeString:
        place = ", ".join(part for part in (set_value(record.city), country_name(record.country)) if part)
        return place or muted(_("Not set"))

    def cell_change_date(self, record: CustomerAccount) -> str | SafeString:
        return self.when(record.change_date)


class ResellerTable(CustomerTable):
    tick = ""
    """Resellers, with the customers of the reseller ``opened`` below that reseller."""

    caption = gettext_lazy("Resellers, and the customers of the one that is open")
    columns = (
        Column("organization", gettext_lazy("Reseller"), sort="organization"),
        Column("routing", gettext_lazy("Routing"), css="keep"),
        *CustomerTable.columns[2:],
    )
    opened: int = 0
    branch: RecordPage[CustomerAccount] = RecordPage(0)

    def rows(self) -> Iterator[list[Any]]:
        for reseller, row in zip(self.records, super().rows(), strict=True):
            yield row
            if reseller.id == self.opened:
                yield from self.branch_rows(reseller)

    def branch_rows(self, reseller: CustomerAccount) -> Iterator[list[Any]]:
        """Yield the rows of a reseller's customers, and a last row with a link to all of them."""
        customers = [customer for customer in self.branch if customer.id != reseller.id]
        yield from CustomerTable.rows(self.of(customers))
        rest = self._rest(reseller, len(customers), self.branch.total - 1)
        yield [rest, *("" for _column in self.shown[1:])]

    def of(self, customers: list[CustomerAccount]) -> Table[CustomerAccount]:
        """Return a table of a reseller's customers with the same columns."""
        return BranchTable(customers, len(customers), self.window, self.names)

    def cell_organization(self, record: CustomerAccount) -> SafeString:
        is_open = record.id == self.opened
        url = self.window.url(open=None if is_open else record.id)
        words = _("Hide the customers of %(name)s") if is_open else _("Show the customers of %(name)s")
        return markup(
            '<span class="twig"><a class="twist" id="c{}" href="{}#c{}" aria-expanded="{}" aria-label="{}">{}</a>'
            "<span>{}</span></span>",
            record.id,
            url,
            record.id,
            "true" if is_open else "false",
            words % {"name": name_of(record)},
            icon("down" if is_open else "right"),
            render_customer(record),
        )

    def cell_routing(self, record: CustomerAccount) -> SafeString:
        return lamp("on", _("Active")) if record.reseller_active else lamp("off", _("Inactive"))

    def _rest(self, reseller: CustomerAccount, shown: int, total: int) -> SafeString:
        if not total:
            return markup('<span class="twig twig-2 muted">{}</span>', _("No customers yet"))
        url = f"{reverse('customers:search')}?reseller={reseller.id}"
        words = ngettext("%(total)s customer", "%(total)s customers", total) % {"total": total}
        text = words if shown >= total else _("All %(customers)s") % {"customers": words}
        return markup('<span class="twig twig-2">{}</span>', link(url, text))


class BranchTable(ResellerTable):
    """The customers of one reseller, indented below that reseller."""

    def cell_organization(self, record: CustomerAccount) -> SafeString:
        return markup('<span class="twig twig-2"><span>{}</span></span>', render_customer(record))

    def cell_routing(self, record: CustomerAccount) -> Any:
        return ""
