"""Vouchers: batches of prepaid cards, which only our own server makes over this interface."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Filter, Record, wire_field


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherBatch(Record):
    """Vouchers that were made together. ``id`` is the key; ``reseller`` 0: for the accounts of all resellers.

    Secret numbers begin with ``prefix`` and have ``digits`` digits. ``count``: how many there are. ``value``: what each
    is worth. Read only: ``used``, ``blocked``, ``exported`` (when the numbers were exported, else empty) and
    ``change_date``.
    """

    id: int = 0
    name: str = wire_field("", always=True)
    reseller: int = 0
    prefix: str = ""
    digits: int = 0
    count: int = 0
    value: float = wire_field(0.0, always=True)
    used: int = 0
    blocked: bool = False
    exported: str = ""
    change_date: str = ""

    @property
    def free(self) -> int:
        """How many vouchers were not used."""
        return self.count - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherBatchFilter(Filter):
    """Conditions for batches; 0 is any."""

    id: int = 0
    name: str = ""
    reseller: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedVoucher(Record):
    """A voucher to be printed, with its serial number ``id`` and its secret number. Read only."""

    id: int = 0
    secret_number: str = wire_field("", secret=True)
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher(Record):
    """What became of a voucher: ``used_by`` is the SIP address that redeemed it, else empty. Read only."""

    id: int = 0
    batch: int = 0
    batch_name: str = ""
    value: float = 0.0
    reseller: int = 0
    blocked: bool = False
    used_by: str = ""
    used_date: str = ""
