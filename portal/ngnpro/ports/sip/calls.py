"""Calls of the Sip port about calls, charges and prepaid accounts."""

from __future__ import annotations

from collections.abc import Sequence

from portal.ngnpro.records.calls import BalanceChange, CreditHistory, PrepaidCard, PrepaidStatus

from ...records.accounts import SipId
from ...records.calls import Calls, CallsQuery, CallStatistics, SipDeviceLocations
from ...records.traces import (
    MediaSession,
    MediaSummary,
    MediaTrace,
    MediaTraceFilter,
    SipTraceFilter,
    SipTraceMessage,
)
from ..base import Sip


class CallRecords(Sip):
    """Calls to fetch call records, registered devices, and SIP and media traces."""

    def get_calls(self, sip_id: SipId, query: CallsQuery) -> Calls:
        """List the calls of an account, newest first."""
        return self._record(Calls, self._read("getCalls", sipId=sip_id, query=query))

    def get_call_statistics(self, sip_id: SipId, query: CallsQuery | None = None) -> CallStatistics:
        """Fetch the number of an account's calls and their price; without ``query``, of the current month."""
        return self._record(CallStatistics, self._read("getCallStatistics", sipId=sip_id, query=query))

    def get_sip_device_locations(self, sip_ids: Sequence[SipId]) -> tuple[SipDeviceLocations, ...]:
        """List the registered devices of accounts, in the order of ``sip_ids``."""
        return self._records(SipDeviceLocations, self._read("getSipDeviceLocations", sipIds=sip_ids))

    def get_sip_trace(self, call: SipTraceFilter) -> tuple[SipTraceMessage, ...]:
        """List the SIP messages of a call, oldest first."""
        return self._records(SipTraceMessage, self._json("getSipTrace", filter=call))

    def get_media_trace(self, call: MediaTraceFilter) -> MediaTrace:
        """Fetch the media trace of a call; ``Missing`` if none was stored."""
        return self._record(MediaTrace, self._json("getMediaTrace", filter=call))

    def get_media_summary(self) -> tuple[MediaSummary, ...]:
        """List the media relays and their current load."""
        return self._records(MediaSummary, self._json("getMediaSummary"))

    def get_media_sessions(self) -> tuple[MediaSession, ...]:
        """List the calls whose media are currently relayed."""
        return self._records(MediaSession, self._json("getMediaSessions"))


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
