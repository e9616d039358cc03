"""The phones room as a Django application, which stores links with which phones fetch their settings."""

from django.apps import AppConfig


class PhonesConfig(AppConfig):
    name = "portal.accounts.phones"
    label = "phones"
