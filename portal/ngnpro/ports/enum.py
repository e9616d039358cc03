"""The Enum port: number ranges and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..query import OrderBy, Query, Range, RecordPage
from ..records.enum import EnumId, EnumNumber, EnumNumberFilter, EnumRange, EnumRangeFilter, EnumRangeId
from .base import PAGE_SIZE, Port, iterate_records, or_none


class EnumPort(Port):
    """Calls of the Enum port (contract: ports.Enum)."""

    name = "Enum"

    def add_range(self, number_range: EnumRange) -> EnumRange:
        """Add a range and return it as stored; ``AlreadyExists`` if it exists already."""
        return self._add("addRange", "range", number_range, partial(self.find_range, number_range.id))

    def update_range(self, number_range: EnumRange) -> EnumRange:
        """Replace a range and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateRange", "range", number_range, partial(self.find_range, number_range.id))

    def delete_range(self, range_id: EnumRangeId) -> None:
        """Delete a range; ``InUse`` while it holds numbers."""
        self._delete("deleteRange", partial(self.find_range, range_id), range=range_id)

    def get_ranges(self, query: Query[EnumRangeFilter] | None = None) -> RecordPage[EnumRange]:
        """List ranges; sorted by ``changeDate``, ``prefix`` or ``tld``."""
        return self._page("getRanges", "ranges", EnumRange, query)

    def iter_ranges(
        self,
        conditions: EnumRangeFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[EnumRange]:
        """Yield every range that meets the conditions, page by page."""
        return iterate_records(self.get_ranges, conditions, order_by or OrderBy("prefix"), page_size)

    def find_range(self, range_id: EnumRangeId) -> EnumRange | None:
        """Return one range by its key, or ``None``; it is searched in the list of ranges."""
        conditions = EnumRangeFilter(prefix=range_id.prefix, tld=range_id.tld)
        page = self.get_ranges(Query(filter=conditions, range=Range(0, 5)))
        return next((found for found in page.items if found.id == range_id), None)

    def add_number(self, number: EnumNumber) -> EnumNumber:
        """Add a number and return it as stored, its mappings with ids; ``AlreadyExists`` if it exists already."""
        return self._add("addNumber", "number", number, partial(or_none, self.get_number, number.id))

    def update_number(self, number: EnumNumber) -> EnumNumber:
        """Replace a number with all its mappings and return it as stored; a new mapping has no id."""
        return self._update("updateNumber", "number", number, partial(or_none, self.get_number, number.id))

    def delete_number(self, enum_id: EnumId) -> None:
        """Delete a number; ``Missing`` if it does not exist."""
        self._delete("deleteNumber", partial(or_none, self.get_number, enum_id), enumId=enum_id)

    def get_number(self, enum_id: EnumId) -> EnumNumber:
        """Fetch one number with its mappings; ``Missing`` if it does not exist."""
        return self._record(EnumNumber, self._read("getNumber", enumId=enum_id))

    def get_numbers(self, query: Query[EnumNumberFilter] | None = None) -> RecordPage[EnumNumber]:
        """List numbers; sorted by ``changeDate``, ``number`` or ``tld``."""
        return self._page("getNumbers", "numbers", EnumNumber, query)

    def iter_numbers(
        self,
        conditions: EnumNumberFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[EnumNumber]:
        """Yield every number that meets the conditions, page by page."""
        return iterate_records(self.get_numbers, conditions, order_by or OrderBy("number"), page_size)
