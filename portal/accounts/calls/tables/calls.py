"""The list of an account's calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.calls.choices import MEDIA, OUTCOMES, PLACED
from portal.accounts.calls.log import CallLine, CallWindow, FoundCalls
from portal.core.currency import with_currency
from portal.core.customer_names import CustomerNames
from portal.core.in_words import party_in_words
from portal.core.markup import joined, markup, page_url
from portal.core.tables import Column, Table
from portal.core.templatetags.portal import icon, minutes, moment

_SECONDS = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class CallLineActions:
    """The actions for the other party of a call: add to the contacts, and block.

    A URL is empty if the viewer has no permission for the action. ``token`` is the CSRF token.
    """

    contact_url: str = ""
    block_url: str = ""
    token: str = ""

    def draw(self, line: CallLine) -> SafeString | str:
        """Render the buttons of one call; empty if there are none."""
        parts = [self.call(line), self.contact(line), self.block(line)]
        return markup('<div class="row-actions">{}</div>', joined(parts)) if any(parts) else ""

    def call(self, line: CallLine) -> SafeString | str:
        """Render the link that calls the other party with the program that the device has for it."""
        if not line.party:
            return ""
        return markup(
            '<a class="btn btn-quiet btn-sm" href="sip:{}" title="{}">{}<span class="visually-hidden">{}</span></a>',
            line.party,
            _("Call"),
            icon("phone"),
            _("Call %(who)s") % {"who": line.shown_name or party_in_words(line.party)},
        )

    def contact(self, line: CallLine) -> SafeString | str:
        if not self.contact_url or line.name or not line.party:
            return ""
        return markup(
            '<a class="btn btn-quiet btn-sm" href="{}" title="{}">{}<span class="visually-hidden">{}</span></a>',
            f"{self.contact_url}?{urlencode({'uri': line.party, 'name': line.shown_name})}",
            _("Add to contacts"),
            icon("contacts"),
            _("Add %(who)s to contacts") % {"who": line.party},
        )

    def block(self, line: CallLine) -> SafeString | str:
        if not self.block_url or line.direction == PLACED or not line.party:
            return ""
        return markup(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<input type="hidden" name="caller" value="{}">'
            '<button class="btn btn-quiet btn-sm" type="submit" title="{}">{}<span class="visually-hidden">{}</span>'
            "</button></form>",
            self.block_url,
            self.token,
            line.party,
            _("Block this caller"),
            icon("block"),
            _("Block %(who)s") % {"who": line.party},
        )


class CallTable(Table[CallLine]):
    """The table of calls; its times are in the time zone that is active during rendering."""

    caption = gettext_lazy("Calls")
    foot = "accounts/calls/_foot.html"
    columns = (
        Column("start", gettext_lazy("When"), css="nowrap"),
        Column("party", gettext_lazy("With")),
        Column("outcome", gettext_lazy("Result")),
        Column("length", gettext_lazy("Duration"), css="num"),
        Column("media", gettext_lazy("Media"), css="opt"),
        Column("price", gettext_lazy("Price"), css="num"),
        Column("actions", gettext_lazy("Actions"), css="min"),
    )

    def __init__(
        self, found: FoundCalls, window: CallWindow, names: CustomerNames, address: str, actions: CallLineActions
    ) -> None:
        super().__init__(found.lines, len(found.lines), window, names)
        self.found, self.address, self.actions = found, address, actions
        self.currency = ""

    def cell_start(self, line: CallLine) -> SafeString:
        url = page_url("accounts:calls:detail", self.address, line.mark)
        return markup('<a href="{}">{}</a>', url, moment(call_start(line)))

    def cell_party(self, line: CallLine) -> SafeString:
        return other_party(line)

    def cell_outcome(self, line: CallLine) -> str:
        return call_outcome(line)

    def cell_length(self, line: CallLine) -> str:
        return _("Not known") if line.has_unknown_length else minutes(line.call.duration)

    def cell_media(self, line: CallLine) -> str:
        return call_media(line)

    def cell_price(self, line: CallLine) -> str:
        return format_price(line.call.price, self.currency)

    def cell_actions(self, line: CallLine) -> SafeString | str:
        return self.actions.draw(line)

    @property
    def newest_url(self) -> str:
        """Return the URL of the first window; empty if this is the first."""
        return self.window.url(before=None) if self.window.params.get("before") else ""

    @property
    def older_url(self) -> str:
        return self.window.url(before=str(self.found.older)) if self.found.older else ""


def call_start(line: CallLine) -> datetime:
    """Return the time at which a call began."""
    return datetime.fromtimestamp(line.call.start_time, UTC)


def other_party(line: CallLine) -> SafeString:
    """Render the other party: an icon for the direction, the name, and the address."""
    name, words = line.shown_name, call_direction(line)
    picture = "phone-out" if line.direction == PLACED else "phone-missed" if line.is_missed else "phone-in"
    address = party_in_words(line.party) if line.party else _("Unknown")
    return markup(
        '<span class="twig{}">{}<span><span class="visually-hidden">{}</span> {}{}</span></span>',
        " is-missed" if line.is_missed else "",
        icon(picture),
        words,
        markup('<span class="strong">{}</span>', name or address),
        markup('<span class="sub">{}</span>', address) if name else "",
    )


def call_direction(line: CallLine) -> str:
    """Return the direction of a call as a text to put before the other party's name."""
    if line.direction == PLACED:
        return _("Call to")
    return _("Missed call from") if line.is_missed else _("Call from")


def call_outcome(line: CallLine) -> str:
    """Return the outcome of a call as text."""
    if line.is_lasting:
        return _("In progress")
    if line.is_answered:
        return _("Answered")
    words = OUTCOMES.get(line.call.status)
    return str(words) if words else _("Not answered (%(code)s)") % {"code": line.call.status}


def call_media(line: CallLine) -> str:
    """Return the media of a call as text."""
    return ", ".join(str(MEDIA.get(name.lower(), name)) for name in line.call.application_types)


def format_price(value: float, currency: str = "") -> str:
    """Format a price with its currency; empty for zero."""
    return with_currency(value, currency) if value else ""


def call_details(line: CallLine, currency: str) -> dict[str, Any]:
    """Return the template context for the page of one call."""
    return {
        "line": line,
        "call": line.call,
        "started": call_start(line),
        "party": other_party(line),
        "direction": call_direction(line),
        "outcome": call_outcome(line),
        "media": call_media(line),
        "price": format_price(line.call.price, currency),
    }


def spreadsheet_header(zone: str) -> list[str]:
    """Return the column headings of the spreadsheet."""
    return [
        _("Time (%(zone)s)") % {"zone": zone},
        _("Time (UTC)"),
        _("Direction"),
        _("Address"),
        _("Name"),
        _("Result"),
        _("SIP code"),
        _("Seconds"),
        _("Media"),
        _("Price"),
        _("Call-ID"),
    ]


def spreadsheet_row(line: CallLine, local: datetime) -> list[str | int | float]:
    """Return the spreadsheet row of one call; ``local`` is its start in the account's time zone."""
    kinds = {True: _("missed"), False: _("received")}
    return [
        local.strftime(_SECONDS),
        call_start(line).strftime(_SECONDS),
        _("placed") if line.direction == PLACED else kinds[line.is_missed],
        line.party,
        line.shown_name,
        call_outcome(line),
        line.call.status,
        "" if line.has_unknown_length else line.call.duration,
        call_media(line),
        line.call.price,
        line.call.session_id,
    ]
