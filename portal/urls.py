"""The URLs of the portal: those of the pages that the rooms declare."""

from portal.core import addresses
from portal.core.rooms import urls_of_rooms

__all__ = ["addresses", "urlpatterns"]  # the URLs of the rooms use the converter registered there

urlpatterns = urls_of_rooms()
handler400 = "portal.core.error_pages.bad_request_page"
handler404 = "portal.core.error_pages.not_found_page"
handler500 = "portal.core.error_pages.failed_page"
