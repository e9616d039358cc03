"""The operators room as a Django application."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    name = "portal.people.operators"
    label = "operators"
