"""The export of domains as a Django application, whose migrations delete the tables of former imports."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "portal.domains.transfer"
    label = "domain_transfer"
