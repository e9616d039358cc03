"""Where a call goes, and everything that would stop it, by the rules of docs/routing.md and docs/platform.md.

The checks are in the order in which the SIP proxy makes them (examples/platform/kamailio.cfg): the proxy refuses a call
by the first that fails. The others are listed too, because each has to be corrected before the call succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.lcr.callers import lets_through, local_time, matches
from portal.lcr.calls import Trace, trace_call
from portal.lcr.dialled import Dialled, international_number, read_dialled
from portal.lcr.facts import Facts
from portal.ngnpro.records import VOICE_MAILBOX, CallDiversions, SipAccount

MOST_DIVERSIONS = 5
BLOCKED, MAY_CALL_OUT, OVER_QUOTA = "blocked", "free-pstn", "quota"


@dataclass(frozen=True, slots=True)
class Step:
    """A check of a call: its result in words, and the page where it can be changed.

    ``status`` is what the SIP proxy answers if the check fails, 0 if it does not.
    """

    text: str
    status: int = 0
    url: str = ""


@dataclass
class Decision:
    """The steps of a call, and where it is sent: request URIs in the order in which they are tried, or an address."""

    steps: list[Step] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    sent_to: tuple[str, ...] = ()
    trace: Trace | None = None
    number: str = ""

    @property
    def stops(self) -> list[Step]:
        """The failed checks, in order."""
        return [step for step in self.steps if step.status]

    @property
    def status(self) -> int:
        """The status with which the SIP proxy refuses the call; 0 if it does not."""
        return self.stops[0].status if self.stops else 0


@dataclass
class Walk:
    """One call on its way. ``country`` is the country code of numbers with a single 0 in front."""

    facts: Facts
    caller: SipAccount
    country: str = ""
    found: Decision = field(default_factory=Decision)

    def __post_init__(self) -> None:
        # whose rights and routes the call has: the caller, or the last account that diverted it
        self._paying = self.caller
        self._diversions = 0

    def run(self, dialled: Dialled) -> Decision:
        """Follow the call, and return where it goes and what stops it."""
        if BLOCKED in self.caller.groups:
            self._stop(403, _("%(who)s is blocked and cannot call."), self.caller, "accounts:groups")
        if self.caller.acl:
            self._note(_("%(who)s can call only from the networks that are listed for it.") % {"who": self.caller.id})
        self._go_to(self._completed(dialled))
        self.found.unknown += self.facts.unknown
        return self.found

    def _completed(self, dialled: Dialled) -> Dialled:
        """Return what is called if the caller's prefix for short numbers is put in front."""
        prefix, user = self.caller.quickdial_prefix, dialled.user
        completes = len(prefix) + len(user) == len(self.caller.id.username)
        if not prefix or not user.isdecimal() or user.startswith("0") or not completes:
            return dialled
        self._note(_("The short number %(short)s is completed to %(whole)s.") % {"short": user, "whole": prefix + user})
        return replace(dialled, user=prefix + user)

    def _go_to(self, dialled: Dialled) -> None:
        if not self.facts.has_domain(dialled.domain):
            self._leave(dialled)
            return
        if target := self.facts.alias_target(str(dialled)):
            self._note(_("%(alias)s is an alias of %(target)s.") % {"alias": dialled, "target": target})
            dialled = Dialled(target.username, target.domain)
        if account := self.facts.account(str(dialled)):
            self._ring(account)
        elif dialled.is_telephone_number:
            self._call_number(dialled.user)
        else:
            self._find_nothing(dialled)

    def _leave(self, dialled: Dialled) -> None:
        if self.facts.sees_all:
            text = _("%(domain)s is not a domain of the platform: the call is sent there by DNS.")
        else:
            text = _("%(domain)s is not one of the domains that you may see; the call is sent there.")
        self._note(text % {"domain": dialled.domain})
        self.found.sent_to = (dialled.uri,)

    def _find_nothing(self, dialled: Dialled) -> None:
        text = _("%(address)s is neither an account nor an alias, and not a telephone number with + or 0 in front.")
        if dialled.is_short_number:
            text = _(
                "%(address)s is a short number without an account or alias, and short numbers are not sent to the "
                "telephone network. Add an alias that points to whoever takes such calls."
            )
        self._stop(404, text % {"address": dialled}, url=reverse("aliases:add"))
        if dialled.is_short_number and self.caller.region:
            text = _(
                "whether this platform sends emergency numbers elsewhere, by the region of the account (%(region)s)"
            )
            self.facts.unknown.append(text % {"region": self.caller.region})

    # ---- an account is called ----

    def _ring(self, callee: SipAccount) -> None:
        if BLOCKED in callee.groups:
            self._stop(480, _("%(who)s is blocked and cannot be called."), callee, "accounts:groups")
        if any(matches(uri, str(self.caller.id)) for uri in self.facts.rejected(callee)):
            self._stop(603, _("%(who)s rejects calls from this caller."), callee, "accounts:forwarding:incoming")
        diversions = self.facts.diversions(callee)
        if not self._is_let_through(callee):
            text = _("%(who)s does not accept calls from this caller at present: do not disturb, or a weekly rule.")
            self._divert_or_stop(callee, diversions.funv, 480, text, "accounts:forwarding:incoming")
        elif diversions.func and self._exists(callee, diversions.func):
            self._divert(callee, diversions.func)
        else:
            self._reach_phones(callee, diversions)

    def _exists(self, callee: SipAccount, target: str) -> bool:
        """Return whether a target of a diversion exists: a mailbox may be missing."""
        return target != VOICE_MAILBOX or self.facts.has_mailbox(callee)

    def _is_let_through(self, callee: SipAccount) -> bool:
        rules = self.facts.accept_rules(callee)
        caller = str(self.caller.id)
        return lets_through(rules, lambda: self.facts.contacts(callee), caller, local_time(callee))

    def _reach_phones(self, callee: SipAccount, diversions: CallDiversions) -> None:
        phones = self.facts.phones(callee)
        if phones == 0:
            text = _("%(who)s has no phone online.")
            self._divert_or_stop(callee, diversions.fnol or diversions.funv, 480, text, "accounts:phones:list")
            return
        if phones:
            text = ngettext(
                "%(who)s has one phone online, which rings.",
                "%(who)s has %(count)s phones online, which ring.",
                phones,
            )
            self._note(text % {"who": callee.id, "count": phones})
        if diversions.fbus:
            self._note(_("If the phone is busy, the call goes to %(target)s.") % {"target": diversions.fbus})
        if diversions.fnoa:
            words = ngettext(
                "If nobody answers within %(seconds)s second, the call goes to %(target)s.",
                "If nobody answers within %(seconds)s seconds, the call goes to %(target)s.",
                callee.timeout,
            )
            self._note(words % {"seconds": callee.timeout, "target": diversions.fnoa})
        self.found.sent_to = (f"sip:{callee.id}",)

    def _divert_or_stop(self, callee: SipAccount, target: str | None, status: int, text: str, page: str) -> None:
        if target and self._exists(callee, target):
            self._note(text % {"who": callee.id})
            self._divert(callee, target)
        else:
            self._stop(status, text, callee, page)

    def _divert(self, callee: SipAccount, target: str) -> None:
        self._diversions += 1
        if self._diversions > MOST_DIVERSIONS:
            self._stop(482, _("The call is diverted more than five times."), callee, "accounts:forwarding:diversions")
            return
        if target == VOICE_MAILBOX:
            self._note(_("The call goes to the mailbox of %(who)s.") % {"who": callee.id})
            self.found.sent_to = (VOICE_MAILBOX,)
            return
        words = {"who": callee.id, "target": target.removeprefix("sip:")}
        self._note(_("%(who)s diverts the call to %(target)s, and the rights of %(who)s apply.") % words)
        self._paying = callee
        self._go_to(read_dialled(target, callee.id.domain))

    # ---- a number is called ----

    def _call_number(self, user: str) -> None:
        try:
            number = international_number(user, self.country)
        except ValueError as problem:
            self.found.unknown.append(str(problem))
            return
        self.found.number = number
        self._check_barred(number)
        if target := self.facts.sip_target(number[2:]):
            self._note(_("ENUM has the address %(target)s for this number.") % {"target": target})
            self._go_to_enum_target(read_dialled(target, self.caller.id.domain))
            return
        self._check_rights()
        self._route(number)

    def _check_barred(self, number: str) -> None:
        barred = [prefix for prefix in self.facts.barred_prefixes(self._paying) if number[2:].startswith(prefix[1:])]
        if barred:
            text = _("Numbers that begin with %(prefix)s are barred for %(who)s.")
            words = {"prefix": barred[0], "who": self._paying.id}
            self._stop(403, text % words, self._paying, "accounts:forwarding:barring")

    def _go_to_enum_target(self, target: Dialled) -> None:
        if not self.facts.has_domain(target.domain):
            self._leave(target)
            return
        address = str(self.facts.alias_target(str(target)) or target)
        if account := self.facts.account(address):
            self._ring(account)
        else:
            text = _("The address that ENUM has, %(address)s, is neither an account nor an alias.")
            self._stop(404, text % {"address": target}, url=reverse("enum:numbers:list"))

    def _check_rights(self) -> None:
        account = self._paying
        if MAY_CALL_OUT not in account.groups:
            text = _("%(who)s may not call telephone numbers outside the platform (right “PSTN”).")
            self._stop(403, text, account, "accounts:groups")
        if OVER_QUOTA in account.groups:
            self._stop(403, _("The monthly quota of %(who)s is used up."), account, "accounts:edit")
        if account.prepaid:
            balance = self.facts.balance(account)
            if balance is not None and balance <= 0:
                self._stop(402, _("The prepaid balance of %(who)s is used up."), account, "accounts:calls:credit")
        if account.call_limit:
            words = ngettext(
                "%(who)s can make %(limit)s call to the telephone network at a time; more are refused.",
                "%(who)s can make %(limit)s calls to the telephone network at a time; more are refused.",
                account.call_limit,
            )
            self._note(words % {"who": account.id, "limit": account.call_limit})

    def _route(self, number: str) -> None:
        plan = self.facts.plan(self._paying.reseller)
        if plan is None:
            return
        self.found.trace = trace = trace_call(plan, number, str(self._paying.id))
        self.found.sent_to = tuple(attempt.uri for attempt in trace.taken)
        if not trace.kept:
            self._stop(503, _("No route matches the number %(number)s.") % {"number": number})
        elif not trace.taken:
            self._stop(503, _("Routes match the number %(number)s, but no gateway takes it.") % {"number": number})
        else:
            self._note_silent_gateways(trace)

    def _note_silent_gateways(self, trace: Trace) -> None:
        silent = self.facts.silent_gateways()
        for attempt in trace.taken:
            if attempt.gateway.id in silent:
                text = _("Gateway %(gateway)s of %(carrier)s did not answer when it was last asked.")
                self._note(text % {"gateway": attempt.gateway_name, "carrier": attempt.carrier})
        if all(attempt.gateway.id in silent for attempt in trace.taken):
            self.found.unknown.append(_("whether a gateway answers now that did not when it was last asked"))

    # ---- the result ----

    def _note(self, text: str) -> None:
        self.found.steps.append(Step(text))

    def _stop(self, status: int, text: str, account: SipAccount | None = None, page: str = "", url: str = "") -> None:
        if account is not None:
            text = text % {"who": account.id} if "%(who)s" in text else text
            url = reverse(page, args=[str(account.id)])
        self.found.steps.append(Step(text, status, url))


def decide(facts: Facts, caller: SipAccount, typed: str, country: str = "") -> Decision:
    """Return where a call goes, and what stops it. Raises ``ValueError`` if ``typed`` cannot be dialled."""
    return Walk(facts, caller, country).run(read_dialled(typed, caller.id.domain))
