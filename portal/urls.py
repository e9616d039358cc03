"""The portal's addresses: every room under its own name."""

from django.urls import include, path

from portal.core import converters
from portal.core.health import health

__all__ = ["converters", "urlpatterns"]  # the rooms' addresses use the converters registered there

urlpatterns = [
    path("", include("portal.overview.urls")),
    path("session/", include("portal.session.urls")),
    path("customers/", include("portal.customers.urls")),
    path("domains/", include("portal.domains.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("journal/", include("portal.journal.urls")),
    path("aliases/", include("portal.aliases.urls")),
    path("operators/", include("portal.operators.urls")),
    path("enum/", include("portal.enum.urls")),
    path("lcr/", include("portal.lcr.urls")),
    path("mail/", include("portal.mail.urls")),
    path("health/", health, name="health"),
]
handler404 = "portal.core.views.not_found"
handler500 = "portal.core.views.failed"
