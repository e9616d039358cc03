"""The page that shows the components of the interface (docs/design.md): in development only, with data made up here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from portal.core.charts import draw_bars
from portal.core.currency import with_currency
from portal.core.forms import CleanForm, add_css_classes
from portal.core.markup import markup
from portal.core.person_fields import NameField
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import lamp
from portal.core.views import PortalView
from portal.core.zone_fields import TimeZoneField
from portal.ngnpro.records import SipAccount, SipId

# The names of the colours of static/portal.css that have a swatch.
GROUNDS = ("paper", "sheet", "sheet-2", "well", "line", "line-strong", "line-input", "ink", "ink-2")
ACCENTS = ("accent", "accent-ink", "accent-fill", "accent-soft", "accent-line", "rail", "chart", "chart-hot")
STATES = (
    "ok",
    "ok-soft",
    "ok-lamp",
    "warn",
    "warn-soft",
    "warn-lamp",
    "bad",
    "bad-soft",
    "bad-lamp",
    "act",
    "act-soft",
)
PEOPLE = (("ada", "Ada", "Lovelace", "on"), ("tom", "Tom", "Reyes", "off"), ("reception", "Reception", "", "bad"))


class ComponentsForm(CleanForm):
    """A form with a field of each state: plain, with help, with an error, and one that may not be changed."""

    first_name = NameField(label="First name", max_length=64)
    timezone = TimeZoneField(label="Time zone", initial="Europe/Amsterdam")
    number = forms.CharField(label="Telephone number", help_text="With its country code, such as +44 20 7946 0142.")
    quota = forms.IntegerField(label="Monthly quota", disabled=True, required=False, initial=250)
    notes = forms.BooleanField(label="E-mail me about missed calls", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_css_classes(self)

    def clean_number(self) -> str:
        """Refuse what the example has, so that the error is shown."""
        raise forms.ValidationError("A number begins with + and its country code: +44 20 7946 0142.")


class ComponentsTable(Table[SipAccount]):
    """A list of two-line rows."""

    caption = "Accounts"
    columns = (
        Column("account", "Account", sort="username"),
        Column("state", "State"),
        Column("quota", "Quota", css="num"),
    )

    def cell_account(self, account: SipAccount) -> str:
        name = f"{account.first_name} {account.last_name}".strip()
        return markup(
            '<span><a class="strong" href="#lists">{}</a><span class="sub">{}</span></span>', name, account.id
        )

    def cell_state(self, account: SipAccount) -> str:
        words = {"on": "Online", "off": "Offline", "bad": "Blocked"}
        return lamp(account.region, words[account.region])

    def cell_quota(self, account: SipAccount) -> str:
        return with_currency(account.quota, "EUR")


class DesignPage(PortalView):
    """Shows the components; does not exist unless ``PORTAL_DEBUG`` is set."""

    template_name = "running/design.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.DEBUG:
            raise Http404
        form = ComponentsForm({"number": "020 7946 0142", "timezone": "Europe/Amsterdam"})
        form.is_valid()
        people = [
            SipAccount(id=SipId(username=name, domain="example.com"), first_name=first, last_name=last, region=state)
            for name, first, last, state in PEOPLE
        ]
        return self.show(
            colours={"Grounds and text": GROUNDS, "Accent": ACCENTS, "States": STATES},
            lamps=(("on", "Online"), ("off", "Offline"), ("warn", "Over quota"), ("bad", "Blocked")),
            form=form,
            table=ComponentsTable(people, len(people), ComponentsTable.window_for(request.GET), self.names),
            chart=draw_bars([(f"{hour}:00", 40 + 9 * hour % 50) for hour in range(24)], limit=85),
        )
