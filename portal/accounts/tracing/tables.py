"""The list of calls across accounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.accounts.calls.choices import PLACED
from portal.accounts.calls.log import CallLine, display_name, plain_address
from portal.accounts.calls.tables.calls import call_media, call_outcome, call_start, format_price
from portal.accounts.tracing.choices import TraceKey
from portal.core.customer_names import CustomerNames
from portal.core.in_words import address_in_words, party_in_words
from portal.core.markup import markup, page_url
from portal.core.tables import Column, Table, Window
from portal.core.templatetags.portal import minutes, moment
from portal.ngnpro.records import FoundCall, FoundCallPage


class FoundCallTable(Table[FoundCall]):
    """A page of the calls that were found; how many there are in all is not known."""

    caption = gettext_lazy("Calls")
    default_sort = ""
    foot = "accounts/tracing/_foot.html"
    columns = (
        Column("start", gettext_lazy("When"), css="nowrap"),
        Column("caller", pgettext_lazy("call", "From")),
        Column("called", pgettext_lazy("call", "To")),
        Column("outcome", gettext_lazy("Result")),
        Column("length", gettext_lazy("Duration"), css="num"),
        Column("price", gettext_lazy("Price"), css="num opt"),
    )

    def __init__(self, found: FoundCallPage, window: Window, names: CustomerNames) -> None:
        super().__init__(found.calls, len(found.calls), window, names)
        self.more = found.more

    def cell_start(self, call: FoundCall) -> SafeString:
        return markup('<a href="{}">{}</a>', TraceKey.of(call).url(), moment(call_start(CallLine(PLACED, call))))

    def cell_caller(self, call: FoundCall) -> SafeString:
        return _party(call.from_uri, call.from_account, display_name(call.from_header))

    def cell_called(self, call: FoundCall) -> SafeString:
        return _party(call.to_uri, call.to_account)

    def cell_outcome(self, call: FoundCall) -> str:
        return call_outcome(CallLine(PLACED, call))

    def cell_length(self, call: FoundCall) -> str:
        return minutes(call.duration)

    def cell_price(self, call: FoundCall) -> str:
        return format_price(call.price)

    @property
    def newest_url(self) -> str:
        return self.window.url(page=None) if self.window.page > 1 else ""

    @property
    def older_url(self) -> str:
        return self.window.url(page=self.window.page + 1) if self.more else ""


def _party(uri: str, account: str, name: str = "") -> SafeString:
    """Render one side of a call: its address, as a link if it is an account that the viewer may see, and its name."""
    in_words = address_in_words if account else party_in_words
    address = in_words(plain_address(uri)) or _("Unknown")
    link = markup('<a href="{}">{}</a>', page_url("accounts:detail", account), address) if account else address
    return markup("<span>{}{}</span>", link, markup('<span class="sub">{}</span>', name) if name else "")


def spreadsheet_header(zone: str) -> list[str]:
    """Return the column headings of the spreadsheet."""
    return [
        _("Time (%(zone)s)") % {"zone": zone},
        _("Time (UTC)"),
        pgettext("call", "From"),
        pgettext("call", "To"),
        _("Account that called"),
        _("Account that was called"),
        _("Result"),
        _("SIP code"),
        _("Seconds"),
        _("Media"),
        _("Price"),
        _("Call-ID"),
        _("Proxy"),
    ]


def spreadsheet_rows(calls: Iterable[FoundCall]) -> Iterator[list[Any]]:
    """Yield the row of each call."""
    for call in calls:
        line, start = CallLine(PLACED, call), call_start(CallLine(PLACED, call))
        yield [
            f"{localtime(start):%Y-%m-%d %H:%M:%S}",
            f"{start:%Y-%m-%d %H:%M:%S}",
            plain_address(call.from_uri),
            plain_address(call.to_uri),
            call.from_account,
            call.to_account,
            call_outcome(line),
            call.status,
            call.duration,
            call_media(line),
            call.price,
            call.session_id,
            call.proxy_ip,
        ]
