"""The user's first page."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts.records import TRUNK, AccountPage
from portal.ngnpro.records import CallDiversions

from .tasks import look, verdict, zone_of


class Home(AccountPage):
    """Whether calls reach him, do not disturb with one click, whom he missed: a fixed number of calls."""

    template_name = "accounts/home/page.html"

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        standing = look(self.ngnpro, self.account)
        now = timezone.localtime(timezone=zone_of(self.account))
        mobile = self.account.get_property("mobile_number")
        known = isinstance(standing.diversions, CallDiversions)
        return self.show(
            standing=standing,
            verdict=verdict(self.account, standing),
            now=now,
            in_an_hour=now + timedelta(hours=1),
            quiet_until=now + timedelta(minutes=standing.quiet_minutes),
            mobile=mobile,
            one_click_forwarding=known and bool(mobile or standing.forwarded_to),
            trunk=TRUNK in self.account.groups,
        )
