"""The Django application for signing in, with the label ``identity``."""

from django.apps import AppConfig

from portal.core import writes


class IdentityConfig(AppConfig):
    name = "portal.people"
    label = "identity"

    def ready(self) -> None:
        from portal.people import revocation

        writes.ended.connect(revocation.end_outdated_sessions, dispatch_uid="identity")
        writes.settled.connect(revocation.end_outdated_sessions, dispatch_uid="identity")
