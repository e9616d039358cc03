"""The voicemail room as a Django application, which stores uploaded greetings and deletes outdated ones."""

from django.apps import AppConfig

from portal.core import writes


class VoicemailConfig(AppConfig):
    name = "portal.accounts.voicemail"
    label = "voicemail"

    def ready(self) -> None:
        from .services import delete_outdated_greetings

        writes.closed.connect(delete_outdated_greetings, dispatch_uid="voicemail")
