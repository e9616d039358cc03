"""The way to the mail server: Django's, trusting a certificate authority of one's own where one is named."""

from __future__ import annotations

import ssl

from django.conf import settings
from django.core.mail.backends import smtp
from django.utils.functional import cached_property


class EmailBackend(smtp.EmailBackend):
    """Checks the mail server's certificate and its name, as Django does, with ``PORTAL_SMTP_CA_FILE`` if it is set."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)
