"""The URLs of the portal: every room under its own name."""

from django.urls import path

from portal.core import converters
from portal.core.health import health
from portal.core.registry import addresses_of_rooms
from portal.running.readiness import ready

__all__ = ["converters", "urlpatterns"]  # the URLs of the rooms use the converters registered there

urlpatterns = [*addresses_of_rooms(), path("health/", health, name="health"), path("ready", ready, name="ready")]
handler404 = "portal.core.error_pages.not_found"
handler500 = "portal.core.error_pages.failed"
