"""The server's certificate: whether it can be used, and until when."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ngnpro_server.config import ConfigError, Server

_SOON = timedelta(days=14)


def require_usable_certificate(server: Server) -> None:
    """Raise ``ConfigError`` unless certificate and private key can be read and belong together."""
    if not server.certificate:
        return
    for name, file in (("certificate", server.certificate), ("private_key", server.private_key)):
        try:
            Path(file).read_bytes()
        except OSError as error:
            raise ConfigError(f"[server] {name}: {file} cannot be read: {error.strerror}.") from None
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            server.certificate, server.private_key, password=_no_password
        )
    except ssl.SSLError as error:
        reason = error.reason or str(error)
        text = f"[server] certificate and private_key cannot be used together: {reason.replace('_', ' ').lower()}."
        raise ConfigError(text) from None


def remarks_on_certificate(server: Server, now: datetime | None = None) -> list[str]:
    """Return remarks on a certificate that has expired or will expire soon."""
    if not server.certificate:
        return []
    certificate = x509.load_pem_x509_certificate(Path(server.certificate).read_bytes())
    end, now = certificate.not_valid_after_utc, now or datetime.now(UTC)
    if end <= now:
        return [f"The certificate ended on {end:%Y-%m-%d}; clients refuse it."]
    return [f"The certificate ends on {end:%Y-%m-%d}."] if end - now < _SOON else []


def _no_password() -> str:
    """Return an empty password for an encrypted key, so that OpenSSL does not prompt on the terminal."""
    return ""
