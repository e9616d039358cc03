"""The export and import of domains as a Django application."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "portal.domains.transfer"
    label = "domain_transfer"
