"""The overview room as a Django application: its time series of answers."""

from django.apps import AppConfig


class OverviewConfig(AppConfig):
    name = "portal.overview"
    label = "overview"
