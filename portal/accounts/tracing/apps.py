"""The tracing room as a Django application, which stores links to traces."""

from django.apps import AppConfig


class TracingConfig(AppConfig):
    name = "portal.accounts.tracing"
    label = "tracing"
