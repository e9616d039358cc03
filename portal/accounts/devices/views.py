"""The page about the phones of an account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from portal.accounts.records import AccountPage

from .tables import rows


class DeviceList(AccountPage):
    template_name = "accounts/devices/list.html"
    title = gettext_lazy("Phones")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        found = self.ngnpro.sip.get_sip_device_locations([self.sip_id])
        return self.show(rows=rows(device for one in found for device in one.locations))
