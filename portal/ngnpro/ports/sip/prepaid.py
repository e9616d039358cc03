"""Sip port: prepaid balances."""

from __future__ import annotations

from collections.abc import Sequence

from ...records.accounts import SipId
from ...records.prepaid import BalanceChange, CreditHistory, PrepaidCard, PrepaidStatus
from ..base import Sip


class Prepaid(Sip):
    """Calls for the balances of prepaid accounts, in the platform's currency.

    If the answer to a change is lost, ``Uncertain`` is raised: another change of the same value would look the same.
    """

    def add_balance(self, sip_id: SipId, value: float, description: str = "") -> BalanceChange:
        """Add ``value`` to a balance, or subtract it if it is negative."""
        answer = self._write_blindly("addBalance", sipId=sip_id, value=value, description=description)
        return self._record(BalanceChange, answer)

    def add_balance_from_voucher(self, sip_id: SipId, card: PrepaidCard) -> BalanceChange:
        """Add a voucher's value to a balance; ``Missing`` if the voucher is unknown or was used already."""
        return self._record(BalanceChange, self._write_blindly("addBalanceFromVoucher", sipId=sip_id, card=card))

    def get_prepaid_status(self, sip_ids: Sequence[SipId]) -> tuple[PrepaidStatus, ...]:
        """Fetch the balances of accounts, in the order of ``sip_ids``."""
        return self._records(PrepaidStatus, self._read("getPrepaidStatus", sipIds=sip_ids))

    def get_credit_history(self, sip_id: SipId, count: int = 200) -> CreditHistory:
        """Fetch the latest movements of a balance, newest first, at most ``count``."""
        return self._record(CreditHistory, self._read("getCreditHistory", sipId=sip_id, count=count))
