"""Mail as a Django application: it listens to what is written."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "portal.mail"
    label = "mail"

    def ready(self) -> None:
        from . import listening

        listening.connect()
