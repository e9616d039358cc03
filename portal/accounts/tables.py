"""The table of SIP accounts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.choices import GROUPS, blocker
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import address, lamp, muted, when
from portal.ngnpro.records import SipAccount, SipDeviceLocation


def state_of(account: SipAccount) -> tuple[str, str]:
    """Return an account's state according to its record: the state of the lamp and a label."""
    if "blocked" in account.groups:
        return "bad", _("Blocked")
    if "quota" in account.groups:
        return "warn", _("Over quota")
    return "on", _("Open")


def badges(groups: tuple[str, ...]) -> SafeString:
    """Render groups as badges; unknown groups by their name on the wire."""
    shown = ((GROUPS[name].state, GROUPS[name].label) if name in GROUPS else ("", name) for name in groups)
    marks = ((f"badge-{state}" if state else "", label) for state, label in shown)
    return format_html(
        '<span class="badges">{}</span>', format_html_join("", '<span class="badge {}">{}</span>', marks)
    )


def phones(devices: tuple[SipDeviceLocation, ...]) -> str:
    """Return the user agent of a single phone, or the number of phones."""
    if len(devices) == 1:
        return devices[0].user_agent or _("1 phone")
    return _("%(count)s phones") % {"count": len(devices)}


class AccountTable(Table[SipAccount]):
    caption = gettext_lazy("SIP accounts")
    tick = "address"
    columns = (
        Column("username", gettext_lazy("Account"), sort="username", then=(("domain", gettext_lazy("by domain")),)),
        Column("state", gettext_lazy("State")),
        Column("rights", gettext_lazy("Rights"), css="opt-md"),
        Column("credit", gettext_lazy("Quota or balance"), css="num opt card-skip"),
        Column("owner", gettext_lazy("Owner"), css="opt-md card-skip"),
        Column("change_date", gettext_lazy("Changed"), sort="changeDate", css="num muted card-skip"),
    )

    def tick_of(self, record: SipAccount) -> str:
        return str(record.id)

    def cell_username(self, record: SipAccount) -> SafeString:
        url = reverse("accounts:detail", args=[str(record.id)])
        return address(url, record.id.username, record.id.domain, f"{record.first_name} {record.last_name}".strip())

    def cell_state(self, record: SipAccount) -> SafeString:
        state, words = state_of(record)
        devices = self.beside.devices.get(str(record.id))
        if "blocked" in record.groups:
            return lamp(state, words, sub=blocker(record))
        if devices is None:
            return lamp(state, words)
        if state != "on":
            return lamp(state, words, sub=phones(devices) if devices else _("Not online"))
        return lamp("on", _("Online"), sub=phones(devices)) if devices else lamp("", _("Not online"))

    def cell_credit(self, record: SipAccount) -> str | SafeString:
        if not record.prepaid:
            return str(record.quota) if record.quota else muted(_("No limit"))
        balance = self.beside.balances.get(str(record.id))
        return _("Prepaid") if balance is None else _("%(balance).2f left") % {"balance": balance}

    def cell_rights(self, record: SipAccount) -> SafeString:
        rights = tuple(name for name in record.groups if name not in ("blocked", "quota"))
        return badges(rights) if rights else muted(_("None"))

    def cell_owner(self, record: SipAccount) -> str:
        return self.names.link(record.owner)

    def cell_change_date(self, record: SipAccount) -> str | SafeString:
        return when(record.change_date)
