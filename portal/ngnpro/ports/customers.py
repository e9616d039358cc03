"""The Customer port: customers, resellers and their properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from ngnpro_wire.as_read import named_values

from .. import errors
from ..lost import after_set
from ..query import OrderBy, Query, Range, RecordPage
from ..records.customers import CustomerAccount, CustomerFilter, CustomerProperty
from .base import MOST_ALIKE, PAGE_SIZE, Port, iterate_records, or_none


class CustomerPort(Port):
    """Calls of the Customer port (contract: ports.Customer)."""

    name = "Customer"

    def add_account(self, account: CustomerAccount) -> CustomerAccount:
        """Add a customer and return it as stored, with its id; ``AlreadyExists`` if the username exists already."""
        return self._add("addAccount", "account", account, partial(self.find_account, account.username))

    def update_account(self, account: CustomerAccount) -> CustomerAccount:
        """Replace a customer and return it as stored."""
        return self._update("updateAccount", "account", account, partial(or_none, self.get_account, account.id))

    def delete_account(self, customer: int) -> None:
        """Delete a customer by id; ``InUse`` while it still owns records."""
        self._delete("deleteAccount", partial(or_none, self.get_account, customer), id=customer)

    def get_account(self, customer: int) -> CustomerAccount:
        """Fetch one customer by id; ``Missing`` if it does not exist."""
        return self._record(CustomerAccount, self._read("getAccount", id=customer))

    def find_account(self, username: str) -> CustomerAccount | None:
        """Return one customer by username, or ``None``; it is searched in the list of customers."""
        wanted = username.strip().lower()
        page = self.get_customers(Query(filter=CustomerFilter(username=wanted), range=Range(0, 20)))
        return next((found for found in page.items if found.username.lower() == wanted), None)

    def get_customers(self, query: Query[CustomerFilter] | None = None) -> RecordPage[CustomerAccount]:
        """List customers; sorted by ``changeDate``, ``username``, ``firstName``, ``lastName``, ``organization``…"""
        return self._page("getCustomers", "accounts", CustomerAccount, query)

    def iter_customers(
        self,
        conditions: CustomerFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[CustomerAccount]:
        """Yield every customer that meets the conditions, page by page."""
        return iterate_records(self.get_customers, conditions, order_by or OrderBy("username"), page_size)

    def get_resellers(self, query: Query[CustomerFilter] | None = None) -> RecordPage[CustomerAccount]:
        """List resellers; with ``customer`` in the filter, that customer even if it is not a reseller.

        On a server without this operation, they are looked for among the customers, at most ``MOST_ALIKE`` of them.
        """
        try:
            return self._page("getResellers", "accounts", CustomerAccount, query)
        except errors.NotOffered:
            return self._resellers_among_customers(query or Query())

    def _resellers_among_customers(self, query: Query[CustomerFilter]) -> RecordPage[CustomerAccount]:
        named = query.filter is not None and bool(query.filter.customer)
        known = islice(self.iter_customers(query.filter, query.order_by), MOST_ALIKE)
        found = [one for one in known if named or one.is_reseller]
        window = query.range or Range(0, len(found))
        return RecordPage(len(found), tuple(found[window.start : window.start + window.count]))

    def iter_resellers(
        self,
        conditions: CustomerFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[CustomerAccount]:
        """Yield every reseller that meets the conditions, page by page."""
        return iterate_records(self.get_resellers, conditions, order_by or OrderBy("username"), page_size)

    def set_properties(
        self,
        customer: int,
        properties: Sequence[CustomerProperty],
        before: Sequence[CustomerProperty] | None = None,
    ) -> None:
        """Store properties of a customer; other properties are not changed.

        ``before``: the customer's properties as they were read; if those in ``properties`` have changed since then,
        ``ChangedMeanwhile`` is raised.
        """
        wanted = tuple(properties)

        def look() -> tuple[CustomerProperty, ...]:
            names = {entry.name for entry in wanted}
            return tuple(entry for entry in self.get_properties(customer) if entry.name in names)

        arguments = {"customer": customer, "properties": wanted}
        if before is None:
            self._set("setProperties", wanted, look, **arguments)
            return

        def as_read(entries: Sequence[CustomerProperty]) -> dict[str, Any]:
            return named_values([entry.name for entry in wanted], [(entry.name, entry.value) for entry in entries])

        judge, now = partial(after_set, wanted), partial(self.get_properties, customer)
        self._compared(
            "setProperties", str(customer), as_read(before), lambda: as_read(now()), look, judge, **arguments
        )

    def get_properties(self, customer: int) -> tuple[CustomerProperty, ...]:
        """Fetch all properties of a customer."""
        return self._records(CustomerProperty, self._read("getProperties", customer=customer))
