"""Routing as a Django application."""

from django.apps import AppConfig

from portal.core import writes


class LcrConfig(AppConfig):
    name = "portal.lcr"
    label = "lcr"

    def ready(self) -> None:
        from . import findings

        writes.ended.connect(findings.forget_count, dispatch_uid="lcr")
