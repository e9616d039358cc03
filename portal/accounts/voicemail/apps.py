"""The voicemail room as a Django application: it keeps greetings that were uploaded here, for a while."""

from django.apps import AppConfig


class VoicemailConfig(AppConfig):
    name = "portal.accounts.voicemail"
    label = "voicemail"
