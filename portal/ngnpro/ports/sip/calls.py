"""Sip port: calls, devices and traces."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

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
    """Shows calls, registered devices, and what calls left behind in the network."""

    def get_calls(self, sip_id: SipId, query: CallsQuery) -> Calls:
        """List the calls of an account, newest first."""
        return self._record(Calls, self._read("getCalls", sipId=sip_id, query=query))

    def get_call_statistics(self, sip_id: SipId, query: CallsQuery | None = None) -> CallStatistics:
        """Count the calls of an account and their price; without query, those of this month."""
        return self._record(CallStatistics, self._read("getCallStatistics", sipId=sip_id, query=query))

    def get_sip_device_locations(self, sip_ids: Sequence[SipId]) -> tuple[SipDeviceLocations, ...]:
        """List registered devices, in the order of the accounts asked."""
        return self._records(SipDeviceLocations, self._read("getSipDeviceLocations", sipIds=sip_ids))

    def get_sip_trace(self, call: SipTraceFilter) -> tuple[SipTraceMessage, ...]:
        """List the SIP messages of a call, oldest first."""
        return self._records(SipTraceMessage, self._json("getSipTrace", filter=call))

    def get_media_trace(self, call: MediaTraceFilter) -> MediaTrace:
        """Fetch the media of a call; ``Missing`` when nothing was stored."""
        return self._record(MediaTrace, self._json("getMediaTrace", filter=call))

    def get_media_summary(self) -> tuple[MediaSummary, ...]:
        """List the media relays and what they carry now."""
        return self._records(MediaSummary, self._json("getMediaSummary"))

    def get_media_sessions(self) -> tuple[MediaSession, ...]:
        """List the calls whose media are being relayed now."""
        return self._records(MediaSession, self._json("getMediaSessions"))

    def _json(self, operation: str, **arguments: Any) -> Any:
        try:
            return json.loads(self._read(operation, **arguments) or "null")
        except ValueError as error:
            raise self._caller.gate.strange(self.name, str(error)) from error
