"""The session room as a Django application."""

from django.apps import AppConfig


class SessionConfig(AppConfig):
    name = "portal.session"
    label = "session"
