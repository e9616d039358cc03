"""The domains room as a Django application."""

from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "portal.domains"
    label = "domains"
