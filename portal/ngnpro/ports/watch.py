"""The Watch port of our own server: alarms, and the state of the platform."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ngnpro_wire.watch import OPEN, PORT

from ..lost import find_like
from ..query import Query, Range, RecordPage
from ..records.accounts import SipId
from ..records.vouchers import ExportedVoucher, Voucher, VoucherBatch, VoucherBatchFilter
from ..records.watch import (
    Alarm,
    CallSearch,
    ContactsTo,
    DiversionsInCircles,
    DiversionTo,
    FoundAccount,
    FoundCallPage,
    Health,
    Provisioning,
    Usage,
)
from .base import Port


class Vouchers(Port):
    """Calls to add, list, block and export batches of vouchers."""

    name = PORT

    def add_voucher_batch(self, batch: VoucherBatch) -> VoucherBatch:
        """Make vouchers and return their batch as stored; ``AlreadyExists`` if the reseller has one of this name."""
        conditions = VoucherBatchFilter(name=batch.name, reseller=batch.reseller)
        look = partial(self._find_like, batch, conditions)
        return self._add("addVoucherBatch", "batch", batch, look)

    def block_voucher_batch(self, batch: int, *, blocked: bool) -> None:
        """Block the vouchers of a batch that were not used, or lift the block; ``Missing`` if there is no batch."""
        self._set("blockVoucherBatch", blocked, lambda: self._is_blocked(batch), id=batch, blocked=blocked)

    def export_voucher_batch(self, batch: int) -> tuple[ExportedVoucher, ...]:
        """Return the vouchers of a batch with their secret numbers, once; afterwards ``InUse``."""
        return self._records(ExportedVoucher, self._write_blindly("exportVoucherBatch", id=batch))

    def get_voucher_batches(self, query: Query[VoucherBatchFilter] | None = None) -> RecordPage[VoucherBatch]:
        """List batches; sorted by ``changeDate`` or ``name``."""
        return self._page("getVoucherBatches", "batches", VoucherBatch, query)

    def find_voucher_batch(self, batch: int) -> VoucherBatch | None:
        """Return one batch by id, or ``None``; it is searched in the list of batches."""
        page = self.get_voucher_batches(Query(filter=VoucherBatchFilter(id=batch), range=Range(0, 1)))
        return next((found for found in page.items if found.id == batch), None)

    def get_vouchers(self, voucher: int = 0, number: str = "") -> tuple[Voucher, ...]:
        """Return the vouchers with this serial number, this secret number, or both, at most 20."""
        return self._records(Voucher, self._read("getVouchers", id=voucher, number=number))

    def _find_like(self, batch: VoucherBatch, conditions: VoucherBatchFilter) -> VoucherBatch | None:
        return find_like(batch, self.get_voucher_batches(Query(filter=conditions)).items)

    def _is_blocked(self, batch: int) -> bool | None:
        found = self.find_voucher_batch(batch)
        return found.blocked if found else None


class WatchPort(Vouchers):
    """Calls of the Watch port, which AG Projects' server does not have: ``is_there`` tells whether this one does."""

    @property
    def is_there(self) -> bool:
        """Whether the latest answer of the server, to a call of any port, says that it watches."""
        return self._caller.gate.watches and self.offers("getAlarms")

    def get_alarms(self, state: str = OPEN, limit: int = 0) -> tuple[Alarm, ...]:
        """List alarms, newest first; with the state ``UNTOLD`` those whose mails were not sent, oldest first."""
        return self._records(Alarm, self._read("getAlarms", state=state, limit=limit))

    def close_alarm(self, alarm: int) -> None:
        """Close an alarm."""
        self._write_blindly("closeAlarm", id=alarm)

    def confirm_alarms(self, last: int) -> None:
        """Note that the mails about all alarms up to a number were sent."""
        self._write_blindly("confirmAlarms", last=last)

    def get_diversions_to(self, address: SipId) -> tuple[DiversionTo, ...]:
        """List the diversions that lead to an address, of the accounts that the caller may see."""
        return self._records(DiversionTo, self._read("getDiversionsTo", sipId=address))

    def get_diversions_in_circles(self) -> DiversionsInCircles:
        """List the diversions that lead back to their account or into a circle, of the accounts the caller may see."""
        return self._record(DiversionsInCircles, self._read("getDiversionsInCircles"))

    def get_contacts_to(self, address: SipId) -> ContactsTo:
        """List the contacts of others that lead to an address, of the accounts that the caller may see."""
        return self._record(ContactsTo, self._read("getContactsTo", sipId=address))

    def get_missing_contacts(self, account: SipId, uris: Sequence[str]) -> tuple[str, ...]:
        """Return those of an account's contacts, at most a thousand, that name an account which does not exist."""
        return self._texts("getMissingContacts", sipId=account, uris=list(uris))

    def get_health(self) -> Health:
        """Return the state of the platform; ``NotPermitted`` for callers who may not manage routing."""
        return self._record(Health, self._read("getHealth"))

    def get_found_accounts(self, sign: str) -> tuple[FoundAccount, ...]:
        """Find accounts by the IP address of a registered phone, or by the serial number of a redeemed voucher."""
        return self._records(FoundAccount, self._read("getFoundAccounts", sign=sign))

    def get_found_calls(self, query: CallSearch) -> FoundCallPage:
        """Search for calls of all accounts that the caller may see, newest first."""
        return self._record(FoundCallPage, self._read("getFoundCalls", query=query))

    def get_usage(self, domain: str = "", hours: int = 0) -> Usage:
        """Return how much domains were used in the last hours, 24 by default; ``Missing`` for an unknown domain."""
        return self._record(Usage, self._read("getUsage", domain=domain, hours=hours))

    def get_provisioning(self, hours: int = 0) -> Provisioning:
        """Return how the interface was used in the last hours, 24 by default; for administrators only."""
        return self._record(Provisioning, self._read("getProvisioning", hours=hours))
