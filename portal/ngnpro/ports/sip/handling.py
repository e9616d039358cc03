"""Sip port: the handling of an account's calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ...codec import members_of
from ...lost import after_set
from ...records.accounts import SipId
from ...records.handling import AcceptRules, AcceptRulesStatus, CallDiversions
from ..base import Sip


class CallHandling(Sip):
    """Calls to replace and fetch diversions, accept rules, rejected callers and barred destinations."""

    def set_call_diversions(self, sip_id: SipId, diversions: CallDiversions) -> None:
        """Replace all diversions of an account; ``None`` switches a condition off."""
        members = dict(members_of(diversions)) or {"nocondition": "empty"}
        look = partial(self.get_call_diversions, sip_id)
        judge = partial(after_set, diversions)
        self._overwrite("setCallDiversions", diversions, look, judge, sipId=sip_id, diversions=members)

    def get_call_diversions(self, sip_id: SipId) -> CallDiversions:
        """Fetch the diversions of an account."""
        return self._record(CallDiversions, self._read("getCallDiversions", sipId=sip_id))

    def set_accept_rules(self, sip_id: SipId, rules: AcceptRules) -> None:
        """Replace all accept rules of an account."""

        def look() -> AcceptRules:
            return self.get_accept_rules(sip_id).rules

        judge = partial(after_set, rules)
        self._overwrite("setAcceptRules", rules, look, judge, sipId=sip_id, rules=rules)

    def get_accept_rules(self, sip_id: SipId) -> AcceptRulesStatus:
        """Fetch the accept rules of an account, and the phonebook groups that they can name."""
        return self._record(AcceptRulesStatus, self._read("getAcceptRules", sipId=sip_id))

    def set_reject_members(self, sip_id: SipId, members: Sequence[str], before: Sequence[str] | None = None) -> None:
        """Replace the list of callers that are always rejected, as ``sip:`` addresses.

        ``before``: the list as it was read; ``ChangedMeanwhile`` if it has changed since then.
        """
        look = partial(self.get_reject_members, sip_id)
        self._set_list("setRejectMembers", "members", sip_id, members, before, look)

    def get_reject_members(self, sip_id: SipId) -> tuple[str, ...]:
        """Return the callers that are always rejected, as ``sip:`` addresses."""
        return self._texts("getRejectMembers", sipId=sip_id)

    def set_barring_prefixes(self, sip_id: SipId, prefixes: Sequence[str], before: Sequence[str] | None = None) -> None:
        """Replace the list of destinations that cannot be called, as + and E.164 digits.

        ``before``: the list as it was read; ``ChangedMeanwhile`` if it has changed since then.
        """
        look = partial(self.get_barring_prefixes, sip_id)
        self._set_list("setBarringPrefixes", "prefixes", sip_id, prefixes, before, look)

    def get_barring_prefixes(self, sip_id: SipId) -> tuple[str, ...]:
        """Return the destinations that cannot be called, as + and E.164 digits."""
        return self._texts("getBarringPrefixes", sipId=sip_id)

    def _set_list(
        self,
        operation: str,
        member: str,
        sip_id: SipId,
        wanted: Sequence[str],
        before: Sequence[str] | None,
        look: Callable[[], tuple[str, ...]],
    ) -> None:
        arguments = {"sipId": sip_id, member: wanted}
        if before is None:
            self._set(operation, tuple(wanted), look, **arguments)
            return
        judge = partial(after_set, tuple(wanted))
        as_read = {member: list(before)}
        self._compared(operation, str(sip_id), as_read, lambda: {member: list(look())}, look, judge, **arguments)
