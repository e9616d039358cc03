"""The user's first page."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.accounts.records import TRUNK, AccountPage

from .tasks import look, verdict


class Home(AccountPage):
    """Whether calls reach him, do not disturb with one click, whom he missed: a fixed number of calls."""

    template_name = "accounts/home/page.html"

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        account, zone = self.account, self.zone
        standing = look(self.ngnpro, account, zone)
        now = timezone.localtime(timezone=zone)
        return self.show(
            standing=standing,
            verdict=verdict(account, standing),
            now=now,
            in_an_hour=now + timedelta(hours=1),
            quiet_until=now + timedelta(minutes=standing.quiet_minutes),
            mobile=account.get_property("mobile_number"),
            forwarded_to=standing.target("func", account.id.domain),
            trunk=TRUNK in account.groups,
        )
