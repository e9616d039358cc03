"""Adding an amount to the balances of many accounts: how jobs read, change and restore a balance."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import PartInJob, SkipRow
from portal.ngnpro import Ngnpro
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId

State = Mapping[str, Any]
LOOKED_THROUGH = 200


def find_balance(ngnpro: Ngnpro, key: str) -> State | None:
    """Return the balance of an account; raises ``SkipRow`` for a postpaid one, which has none."""
    sip_id = SipId.parse(key)
    account = or_none(ngnpro.sip.get_account, sip_id)
    if account is None:
        return None
    if not account.prepaid:
        raise SkipRow(_("It is postpaid: it has no balance."))
    return {"balance": ngnpro.sip.get_prepaid_status([sip_id])[0].balance, "description": ""}


def add_difference(ngnpro: Ngnpro, key: str, state: State, read: State) -> State:
    """Add what the plan adds, whatever the balance is by now, since calls are charged meanwhile."""
    change = ngnpro.sip.add_balance(SipId.parse(key), difference(state, read), state["description"])
    return {"balance": change.new_balance, "description": state["description"]}


def difference(state: State, read: State) -> float:
    """Return the amount that leads from one balance to another."""
    return float(Decimal(str(state["balance"])) - Decimal(str(read["balance"])))


def is_added(ngnpro: Ngnpro, key: str, state: State, read: State) -> bool | None:
    """Look for the amount in the history, where the description names the job; without it, compare the balance."""
    sip_id = SipId.parse(key)
    history = ngnpro.sip.get_credit_history(sip_id, LOOKED_THROUGH).entries
    if any(entry.description == state["description"] for entry in history):
        return True
    is_as_read = ngnpro.sip.get_prepaid_status([sip_id])[0].balance == read["balance"]
    return False if is_as_read else None


def with_amount(state: State, value: float, description: str, job: str) -> State:
    """Return the state with an amount added, described so that it can be found in the history."""
    balance = float(Decimal(str(state["balance"])) + Decimal(str(value)))
    return {"balance": balance, "description": f"{description} ({job[:8]})".strip()}


def taken_back(now: State, before: State, after: State) -> State:
    """Return the balance without the amount that was added, whatever else was added or charged since."""
    words = _("Taken back: %(description)s") % {"description": after["description"]}
    return with_amount(now, difference(before, after), words[:240], "undo")


BALANCE = PartInJob(find=find_balance, update=add_difference, is_done=is_added, restored=taken_back)
