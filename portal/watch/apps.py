"""The watch room as a Django application: its mails and periodic tasks."""

from django.apps import AppConfig


class WatchConfig(AppConfig):
    name = "portal.watch"
    label = "watch"
