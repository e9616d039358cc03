"""What runs the portal, as a Django application: it has commands and metrics."""

from django.apps import AppConfig


class RunningConfig(AppConfig):
    name = "portal.running"
    label = "running"

    def ready(self) -> None:
        from portal.running import metrics

        metrics.observe_calls()
