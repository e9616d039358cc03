"""The Dns port: zones, their records, and the e-mail aliases and redirects kept with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..lost import find_like
from ..query import OrderBy, Query, RecordPage
from ..records.dns import DnsFancyRecord, DnsFancyRecordFilter, DnsRecord, DnsRecordFilter, DnsZone, DnsZoneFilter
from .base import PAGE_SIZE, Port, iterate_records, or_none


class DnsPort(Port):
    """Calls of the Dns port (contract: ports.Dns)."""

    name = "Dns"

    def add_zone(self, zone: DnsZone) -> DnsZone:
        """Add a zone and return it as stored; ``AlreadyExists`` if it exists already."""
        return self._add("addZone", "zone", zone, partial(or_none, self.get_zone, zone.name))

    def update_zone(self, zone: DnsZone) -> DnsZone:
        """Replace a zone and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateZone", "zone", zone, partial(or_none, self.get_zone, zone.name))

    def delete_zone(self, zone: str) -> None:
        """Delete a zone by name, with its records; ``Missing`` if it does not exist."""
        self._delete("deleteZone", partial(or_none, self.get_zone, zone), zone=zone)

    def get_zone(self, zone: str) -> DnsZone:
        """Fetch one zone by name; ``Missing`` if it does not exist."""
        return self._record(DnsZone, self._read("getZone", zone=zone))

    def get_zones(self, query: Query[DnsZoneFilter] | None = None) -> RecordPage[DnsZone]:
        """List zones; sorted by ``changeDate`` or ``name``."""
        return self._page("getZones", "zones", DnsZone, query)

    def iter_zones(
        self,
        conditions: DnsZoneFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[DnsZone]:
        """Yield every zone that meets the conditions, page by page."""
        return iterate_records(self.get_zones, conditions, order_by or OrderBy("name"), page_size)

    def add_record(self, record: DnsRecord) -> DnsRecord:
        """Add a record and return it as stored, with its id; ``AlreadyExists`` if its zone has the same already."""
        conditions = DnsRecordFilter(zone=record.zone, type=record.type)
        return self._add("addRecord", "record", record, lambda: find_like(record, self.iter_records(conditions)))

    def update_record(self, record: DnsRecord) -> DnsRecord:
        """Replace a record and return it as stored; ``Missing`` if it does not exist."""
        return self._update("updateRecord", "record", record, partial(or_none, self.get_record, record.id))

    def delete_record(self, record: int) -> None:
        """Delete a record by id; ``Missing`` if it does not exist."""
        self._delete("deleteRecord", partial(or_none, self.get_record, record), recordId=record)

    def get_record(self, record: int) -> DnsRecord:
        """Fetch one record by id; ``Missing`` if it does not exist."""
        return self._record(DnsRecord, self._read("getRecord", recordId=record))

    def get_records(self, query: Query[DnsRecordFilter] | None = None) -> RecordPage[DnsRecord]:
        """List records; sorted by ``changeDate``, ``type`` or ``name``."""
        return self._page("getRecords", "records", DnsRecord, query)

    def iter_records(
        self,
        conditions: DnsRecordFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[DnsRecord]:
        """Yield every record that meets the conditions, page by page."""
        return iterate_records(self.get_records, conditions, order_by or OrderBy("name"), page_size)

    def add_fancy_record(self, record: DnsFancyRecord) -> DnsFancyRecord:
        """Add an e-mail alias or redirect and return it as stored, with its id."""
        conditions = DnsFancyRecordFilter(zone=record.zone, type=record.type)
        found = partial(self.iter_fancy_records, conditions)
        return self._add("addFancyRecord", "record", record, lambda: find_like(record, found()))

    def update_fancy_record(self, record: DnsFancyRecord) -> DnsFancyRecord:
        """Replace an e-mail alias or redirect and return it as stored; ``Missing`` if it does not exist."""
        look = partial(or_none, self.get_fancy_record, record.id)
        return self._update("updateFancyRecord", "record", record, look)

    def delete_fancy_record(self, record: int) -> None:
        """Delete an e-mail alias or redirect by id; ``Missing`` if it does not exist."""
        self._delete("deleteFancyRecord", partial(or_none, self.get_fancy_record, record), recordId=record)

    def get_fancy_record(self, record: int) -> DnsFancyRecord:
        """Fetch one e-mail alias or redirect by id; ``Missing`` if it does not exist."""
        return self._record(DnsFancyRecord, self._read("getFancyRecord", recordId=record))

    def get_fancy_records(self, query: Query[DnsFancyRecordFilter] | None = None) -> RecordPage[DnsFancyRecord]:
        """List e-mail aliases and redirects; sorted by ``changeDate``, ``type`` or ``name``."""
        return self._page("getFancyRecords", "records", DnsFancyRecord, query)

    def iter_fancy_records(
        self,
        conditions: DnsFancyRecordFilter | None = None,
        order_by: OrderBy | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[DnsFancyRecord]:
        """Yield every e-mail alias or redirect that meets the conditions, page by page."""
        return iterate_records(self.get_fancy_records, conditions, order_by or OrderBy("name"), page_size)
