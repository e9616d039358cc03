"""The room for single sign-on as a Django application, which listens to resellers being deleted."""

from django.apps import AppConfig

from portal.core import dependents, writes


class SingleSignOnConfig(AppConfig):
    name = "portal.people.single_sign_on"
    label = "single_sign_on"

    def ready(self) -> None:
        from . import deleted

        writes.ended.connect(deleted.forget_deleted, dispatch_uid="providers of deleted resellers")
        dependents.stored_here.connect(deleted.list_stored, dispatch_uid="single sign-on")
