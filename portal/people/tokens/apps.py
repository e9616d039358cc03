"""The tokens room as a Django application."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "portal.people.tokens"
    label = "tokens"
