"""Domains as files, as a Django application."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "portal.domains.transfer"
    label = "domain_transfer"
