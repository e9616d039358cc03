"""Identity as a Django application."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "portal.identity"
    label = "identity"

    def ready(self) -> None:
        from portal.mail import messages

        from . import letters

        messages.CONTEXTS |= letters.CONTEXTS
