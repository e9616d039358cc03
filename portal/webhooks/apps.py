"""The webhooks room as a Django application, which listens to what happens on the platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal.core import events, writes


class WebhooksConfig(AppConfig):
    name = "portal.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from portal.core.kept_with_records import keep_with
        from portal.ngnpro.records import CustomerAccount

        from . import telling
        from .models import Webhook

        writes.noted.connect(telling.tell_of_writes, dispatch_uid="webhooks")
        writes.settled.connect(telling.tell_of_settled, dispatch_uid="webhooks")
        events.happened.connect(telling.tell_of_event, dispatch_uid="webhooks")
        keep_with(CustomerAccount, Webhook, "customer", _("Webhooks"))
