"""The table of SIP accounts."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from portal.accounts.addresses import target_in_words
from portal.accounts.beside import FORWARDING, LAST_CALL
from portal.accounts.choices import GROUPS, state_of, who_blocked
from portal.accounts.status import CONDITIONS, target_words
from portal.core.in_words import number_in_groups, zone_in_words
from portal.core.markup import joined, markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import address, lamp, moment, muted
from portal.ngnpro.records import SipAccount, SipDeviceLocation


def group_badges(groups: tuple[str, ...]) -> SafeString:
    """Render groups as badges; unknown groups by their name on the wire."""
    return in_a_row(group_badge(name) for name in groups)


def group_badge(name: str) -> SafeString:
    """Render a group as a badge."""
    state, label = (GROUPS[name].state, GROUPS[name].label) if name in GROUPS else ("", name)
    return markup('<span class="badge {}">{}</span>', f"badge-{state}" if state else "", label)


# the state says that an account is blocked or over quota, the balance that it is prepaid
SHOWN_ELSEWHERE = frozenset({"blocked", "quota", "prepaid"})


def group_words(name: str) -> SafeString:
    """Render a group as words, or as its name on the wire if it is unknown."""
    return markup("{}", GROUPS[name].label if name in GROUPS else name)


def in_a_row(marks: Iterable[str]) -> SafeString:
    """Render badges beside one another."""
    return markup('<span class="badges">{}</span>', joined(marks))


def caller_id(rpid: str) -> str | SafeString:
    """Render a caller-ID as a number that can be dialled."""
    if not rpid:
        return muted(_("Not set"))
    return rpid if rpid.startswith("0") else number_in_groups(rpid.removeprefix("+"))


def no_rights() -> SafeString:
    """Render that an account has no right."""
    return muted(_("None"))


def not_listed() -> SafeString:
    """Render that a column would need a message for each row on this NGNPro server."""
    return muted(_("On the account's page"))


def phone_model(user_agent: str) -> str:
    """Return a user agent without its versions: ``Yealink SIP-T46U 108.86.0.45`` is ``Yealink SIP-T46U``."""
    words = user_agent.partition("/")[0].split()
    while len(words) > 1 and words[-1][0].isdigit():
        words.pop()
    return " ".join(words)


def phones_in_words(devices: tuple[SipDeviceLocation, ...]) -> str:
    """Return the model of a single phone, or the number of phones; empty without phones."""
    if len(devices) == 1:
        return phone_model(devices[0].user_agent) or ngettext("%(count)s phone", "%(count)s phones", 1) % {"count": 1}
    words = ngettext("%(count)s phone", "%(count)s phones", len(devices))
    return words % {"count": len(devices)} if devices else ""


def online_words() -> tuple[str, str]:
    """Return the labels of an account with a phone online, and of one without."""
    return _("Online"), _("Not online")


def credit_cell(prepaid: bool, quota: int, balance: float | None) -> str | SafeString:
    """Render the monthly quota of an account, or the balance of a prepaid one, ``None`` if not known."""
    if not prepaid:
        return str(quota) if quota else muted(_("No limit"))
    return _("Prepaid") if balance is None else _("%(balance).2f left") % {"balance": balance}


class AccountTable(Table[SipAccount]):
    caption = gettext_lazy("SIP accounts")
    tick = "address"
    columns = (
        Column("username", gettext_lazy("Account"), sort="username", then=(("domain", gettext_lazy("by domain")),)),
        Column("state", gettext_lazy("State")),
        Column("rpid", gettext_lazy("Caller-ID"), css="tel opt card-skip"),
        Column("rights", gettext_lazy("Rights"), css="opt card-skip two"),
        Column("credit", gettext_lazy("Quota or balance"), css="num opt card-skip"),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip two"),
        Column(FORWARDING, gettext_lazy("Forwarding"), css="nowrap card-skip", is_extra=True),
        Column(LAST_CALL, gettext_lazy("Last call"), css="nowrap card-skip", is_extra=True),
        Column("email", gettext_lazy("E-mail"), css="card-skip two", is_extra=True),
        Column("call_limit", gettext_lazy("Calls at a time"), css="num card-skip", is_extra=True),
        Column("timezone", gettext_lazy("Time zone"), css="card-skip two", is_extra=True),
        Column("create_date", gettext_lazy("Created"), css="num muted card-skip", is_extra=True),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def tick_of(self, record: SipAccount) -> str:
        return str(record.id)

    def cell_username(self, record: SipAccount) -> SafeString:
        url = page_url("accounts:detail", str(record.id))
        return address(url, record.id.username, record.id.domain, f"{record.first_name} {record.last_name}".strip())

    def cell_state(self, record: SipAccount) -> SafeString:
        state, words = self.once(state_of, record.groups)
        devices = self.beside.devices.get(str(record.id))
        if state == "bad" or devices is None:
            return lamp(state, words, sub=who_blocked(record))
        online, offline = self.once(online_words)
        if state != "on":
            return lamp(state, words, sub=phones_in_words(devices) or offline)
        return lamp("on", online, sub=phones_in_words(devices)) if devices else lamp("", offline)

    def cell_rpid(self, record: SipAccount) -> str | SafeString:
        return self.once(caller_id, record.rpid)

    def cell_credit(self, record: SipAccount) -> str | SafeString:
        balance = self.beside.balances.get(str(record.id)) if record.prepaid else None
        return self.once(credit_cell, bool(record.prepaid), record.quota, balance)

    def cell_rights(self, record: SipAccount) -> SafeString:
        rights = [self.once(group_words, name) for name in record.groups if name not in SHOWN_ELSEWHERE]
        return joined(rights, ", ") if rights else self.once(no_rights)

    def cell_owner(self, record: SipAccount) -> str:
        return self.names.link(record.owner)

    def cell_change_date(self, record: SipAccount) -> str | SafeString:
        return self.when(record.change_date)

    def cell_forwarding(self, record: SipAccount) -> str | SafeString:
        if FORWARDING in self.beside.unasked:
            return self.once(not_listed)
        diversions = self.beside.diversions.get(str(record.id))
        if diversions is None:
            return muted(_("Unknown"))
        found = [(label, getattr(diversions, name)) for name, label in CONDITIONS if getattr(diversions, name)]
        if not found:
            return muted(pgettext("forwarding", "None"))
        (label, value), more = found[0], len(found) - 1
        target = target_words(value, record.id.domain)
        words = ngettext("%(target)s, %(more)s more", "%(target)s, %(more)s more", more) if more else "%(target)s"
        return markup('{}<span class="sub">{}</span>', label, words % {"target": target, "more": more})

    def cell_last_call(self, record: SipAccount) -> str | SafeString:
        if LAST_CALL in self.beside.unasked:
            return self.once(not_listed)
        calls = self.beside.calls.get(str(record.id))
        if calls is None:
            return muted(_("Unknown"))
        if not calls:
            return muted(pgettext("call", "None"))
        direction, call = calls[0]
        party = call.to_uri if direction == "out" else call.from_uri
        words = _("to %(who)s") if direction == "out" else _("from %(who)s")
        who = words % {"who": target_in_words(party, record.id.domain)}
        return markup('{}<span class="sub">{}</span>', moment(call.started), who)

    def cell_timezone(self, record: SipAccount) -> str:
        return self.once(zone_in_words, record.timezone)

    def cell_call_limit(self, record: SipAccount) -> str | SafeString:
        return str(record.call_limit) if record.call_limit else muted(_("No limit"))

    def cell_create_date(self, record: SipAccount) -> str | SafeString:
        return self.when(record.create_date)
