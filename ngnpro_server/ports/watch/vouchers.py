"""WatchPort: batches of vouchers, the one export of their numbers, and where a voucher went."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Level, Operation, Record
from ngnpro_server.faults import Fault, invalid, not_permitted
from ngnpro_server.listing import Listed, read_page
from ngnpro_server.members import Member, read_members
from ngnpro_server.ports.sip.routing.records import record_name
from ngnpro_server.store import vouchers
from ngnpro_server.store.schema import voucher_batches
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.vouchers import DIGITS, LARGEST_VALUE, LEAST_RANDOM, MOST, USUAL_DIGITS

_MEMBERS = (
    Member("name", "name", record_name(64), key="name_key"),
    Member("prefix", "prefix", values.digits(DIGITS[1] - LEAST_RANDOM)),
    Member("digits", "digits", values.number(*DIGITS), default=USUAL_DIGITS),
    Member("count", "count", values.number(1, MOST), default=1),
)
_CENT_OF_CENT = Decimal("0.0001")
LISTED = Listed(
    table=voucher_batches,
    orders={"changeDate": ("change_date", "id"), "name": ("name_key", "id")},
    default="-changeDate",
    numbers={"id": "id", "reseller": "reseller_id"},
    texts={"name": voucher_batches.c.name_key},
)


def add_voucher_batch(call: Call, batch: Record | None = None) -> Record:
    """Make a batch of vouchers with random numbers. Raises VOUCHER_BATCH_EXISTS or VALUE_INVALID."""
    _check_rights(call)
    record = batch or {}
    columns = read_members(_MEMBERS, record, adding=True)
    if columns["digits"] - len(columns["prefix"]) < LEAST_RANDOM:
        raise invalid("prefix", f"at least {LEAST_RANDOM} digits have to be left for chance.")
    columns |= {"value": _read_value(record.get("value")), "reseller_id": access.reseller_of(call, record)}
    columns |= {"change_date": call.now, "blocked": False}
    batch_id = vouchers.insert_batch(call.connection, columns, _make_numbers(call, columns))
    return _write(_find(call, batch_id))


def block_voucher_batch(call: Call, id: int | None = None, blocked: bool | None = None) -> Record:
    """Block the vouchers of a batch that were not used, or unblock them. Raises VOUCHER_BATCH_MISSING."""
    _check_rights(call)
    row = _find(call, id, lock=True)
    vouchers.change_batch(call.connection, row["id"], {"blocked": bool(blocked), "change_date": call.now})
    return _write(_find(call, row["id"]))


def export_voucher_batch(call: Call, id: int | None = None) -> list[Record]:
    """Return the vouchers of a batch with their numbers, once. Raises VOUCHERS_EXPORTED afterwards."""
    _check_rights(call)
    row = _find(call, id, lock=True)
    if row["exported"] is not None:
        raise Fault(FaultCode.VOUCHERS_EXPORTED, f"The numbers of {row['name']} were exported on {row['exported']}.")
    vouchers.change_batch(call.connection, row["id"], {"exported": call.now, "change_date": call.now})
    cards = vouchers.list_cards(call.connection, row["id"])
    return [{"id": card["id"], "secretNumber": card["number"], "value": float(card["value"])} for card in cards]


def get_voucher_batches(call: Call, query: Record | None = None) -> Record:
    """List batches, without the numbers of their vouchers."""
    _check_rights(call)
    page = read_page(call, LISTED, query)
    return {"total": page.total, "batches": [_write(row) for row in page.rows]}


def get_vouchers(call: Call, id: int | None = None, number: str | None = None) -> list[Record]:
    """Return the vouchers with this serial number, this secret number, or both, without the secret number."""
    _check_rights(call)
    found = vouchers.find_cards(call.connection, id or 0, "".join((number or "").split())[:16])
    return [_write_card(row) for row in found if _holds(call, row)]


def _check_rights(call: Call) -> None:
    if call.caller.level is Level.CUSTOMER:
        raise not_permitted("Vouchers are for administrators and resellers.")
    access.require(call, "prepaid_changes", "Managing vouchers")


def _holds(call: Call, row: RowMapping) -> bool:
    return call.caller.is_administrator or row["reseller_id"] == call.caller.reseller


def _find(call: Call, batch_id: int | None, *, lock: bool = False) -> RowMapping:
    row = vouchers.find_batch(call.connection, batch_id or 0, lock=lock)
    if row is None or not _holds(call, row):
        raise Fault(FaultCode.VOUCHER_BATCH_MISSING, f"There is no batch of vouchers {batch_id or 0}.")
    return row


def _read_value(value: float | None) -> Decimal:
    amount = Decimal(str(value or 0)).quantize(_CENT_OF_CENT)
    if not 0 < amount <= LARGEST_VALUE:
        raise invalid("value", f"an amount above 0, up to {LARGEST_VALUE:,}, is expected.")
    return amount


def _make_numbers(call: Call, columns: dict[str, Any]) -> list[str]:
    """Return random numbers that no voucher has, all different."""
    width = columns["digits"] - len(columns["prefix"])
    made: set[str] = set()
    while len(made) < columns["count"]:
        lacking = columns["count"] - len(made)
        drawn = {f"{columns['prefix']}{secrets.randbelow(10**width):0{width}d}" for _one in range(lacking)}
        made |= drawn - vouchers.numbers_in_use(call.connection, sorted(drawn))
    return list(made)


def _write(row: RowMapping) -> Record:
    return {
        **{name: row[name] for name in ("id", "name", "prefix", "digits", "count", "used", "blocked")},
        "value": float(row["value"]),
        "reseller": row["reseller_id"],
        "exported": str(row["exported"] or ""),
        "changeDate": str(row["change_date"]),
    }


def _write_card(row: RowMapping) -> Record:
    return {
        "id": row["id"],
        "batch": row["batch_id"],
        "batchName": row["batch"] or "",
        "value": float(row["value"]),
        "reseller": row["reseller_id"],
        "blocked": bool(row["blocked"] or row["batch_blocked"]),
        "usedBy": row["used_by"],
        "usedDate": str(row["used_date"] or ""),
    }


OPERATIONS: dict[str, Operation] = {
    "addVoucherBatch": add_voucher_batch,
    "blockVoucherBatch": block_voucher_batch,
    "exportVoucherBatch": export_voucher_batch,
    "getVoucherBatches": get_voucher_batches,
    "getVouchers": get_vouchers,
}
