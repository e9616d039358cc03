"""The aliases room as a Django application."""

from django.apps import AppConfig


class AliasesConfig(AppConfig):
    name = "portal.aliases"
    label = "aliases"
