"""The Django application for signing in, with the label ``identity``."""

from django.apps import AppConfig

from portal.core import writes


class IdentityConfig(AppConfig):
    name = "portal.people"
    label = "identity"

    def ready(self) -> None:
        from . import revocation

        writes.ended.connect(revocation.end_outdated, dispatch_uid="identity")
        writes.settled.connect(revocation.end_outdated, dispatch_uid="identity")
