"""The webhooks room as a Django application, which listens to what happens on the platform."""

from django.apps import AppConfig

from portal.core import dependents, events, writes


class WebhooksConfig(AppConfig):
    name = "portal.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from . import deleted, telling

        writes.noted.connect(telling.tell_of_writes, dispatch_uid="webhooks")
        writes.settled.connect(telling.tell_of_settled, dispatch_uid="webhooks")
        events.happened.connect(telling.tell_of_event, dispatch_uid="webhooks")
        writes.ended.connect(deleted.forget_deleted, dispatch_uid="webhooks of deleted customers")
        dependents.stored_here.connect(deleted.list_stored, dispatch_uid="webhooks")
