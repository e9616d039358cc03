"""SipPort: prepaid balances of accounts, their history, and vouchers."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import checked
from ngnpro_server.store import balances, vouchers
from ngnpro_wire.facts.fault_codes import FaultCode

from .accounts import find_account, find_accounts

_LARGEST = 1_000_000
_CENT_OF_CENT = Decimal("0.0001")
_DEFAULT_COUNT, _MAX_COUNT = 200, 5000


def add_balance(
    call: Call,
    sipId: Record | None = None,  # noqa: N803
    value: float | None = None,
    description: str | None = None,
) -> Record:
    """Add an amount, or subtract a negative one, to the balance of an account; return the balance before and after."""
    row = find_account(call, sipId, lock=True)
    access.require(call, "prepaid_changes", "Changing a balance")
    amount = _read_amount(value)
    text = checked("description", values.text(255), description or "")
    return _move(call, row, amount, "Add balance", text)


def add_balance_from_voucher(call: Call, sipId: Record | None = None, card: Record | None = None) -> Record:  # noqa: N803
    """Add the value of a prepaid card to an account. Raises VOUCHER_UNKNOWN for an invalid or used card."""
    row = find_account(call, sipId, lock=True)
    given = card or {}
    stored = vouchers.find_card(call.connection, given.get("id") or 0)
    number = (given.get("number") or "").strip()
    fits = hmac.compare_digest(number.encode(), (stored["number"] if stored is not None else "").encode())
    if stored is None or not fits or not _is_good(call, stored, row):
        raise Fault(FaultCode.VOUCHER_UNKNOWN, "There is no such voucher, or it was used already.")
    vouchers.spend_card(call.connection, stored, f"{row['username']}@{row['domain']}", call.now)
    return _move(call, row, stored["value"], "Add balance", f"Voucher {stored['id']}")


def get_prepaid_status(call: Call, sipIds: Sequence[Record] | None = None) -> list[Record]:  # noqa: N803
    """Return the balances of accounts, in the order of the ids."""
    ids = [row["id"] for row in find_accounts(call, sipIds or ())]
    found = balances.balances_of(call.connection, ids)
    return [{"balance": float(found[account_id])} for account_id in ids]


def get_credit_history(call: Call, sipId: Record | None = None, count: int | None = None) -> Record:  # noqa: N803
    """Return the last changes of an account's balance, newest first; 200 by default."""
    row = find_account(call, sipId)
    wanted = checked("count", values.number(0, _MAX_COUNT), count or 0) or _DEFAULT_COUNT
    entries = [
        {
            "date": str(movement["date"]),
            "action": movement["action"],
            "description": movement["description"],
            "value": float(movement["value"]),
            "balance": float(movement["balance"]),
            "session": movement["session"],
        }
        for movement in balances.balance_changes(call.connection, row["id"], wanted)
    ]
    return {"entries": entries}


def _read_amount(value: float | None) -> Decimal:
    amount = Decimal(str(value or 0)).quantize(_CENT_OF_CENT)
    if not amount or abs(amount) > _LARGEST:
        raise invalid("value", f"an amount up to {_LARGEST:,}, above or below 0, is expected.")
    return amount


def _is_good(call: Call, card: RowMapping, account: RowMapping) -> bool:
    is_its_resellers = card["reseller_id"] in (0, account["reseller_id"])
    if not is_its_resellers or card["blocked"] or card["used_by"]:
        return False
    # locked, so that a batch that is blocked at the same time is blocked afterwards or refuses this voucher
    batch = vouchers.find_batch(call.connection, card["batch_id"], lock=True)
    return batch is None or not batch["blocked"]


def _move(call: Call, row: RowMapping, amount: Decimal, action: str, description: str) -> Record:
    before, after = balances.change_balance(
        call.connection, row["id"], amount, action=action, description=description, now=call.now
    )
    return {"old_balance": float(before), "new_balance": float(after)}


OPERATIONS: dict[str, Operation] = {
    "addBalance": add_balance,
    "addBalanceFromVoucher": add_balance_from_voucher,
    "getPrepaidStatus": get_prepaid_status,
    "getCreditHistory": get_credit_history,
}
