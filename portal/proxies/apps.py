"""The proxies room as a Django application, for its template tag."""

from django.apps import AppConfig


class ProxiesConfig(AppConfig):
    name = "portal.proxies"
    label = "proxies"
