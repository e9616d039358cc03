"""The URLs of the portal: every room under its own name."""

from django.urls import path

from portal.core import addresses
from portal.core.rooms import addresses_of_rooms
from portal.running.readiness import health, ready

__all__ = ["addresses", "urlpatterns"]  # the URLs of the rooms use the converter registered there

urlpatterns = [*addresses_of_rooms(), path("health/", health, name="health"), path("ready", ready, name="ready")]
handler404 = "portal.core.error_pages.not_found_page"
handler500 = "portal.core.error_pages.failed_page"
