"""The server's sockets, and checks of its certificate.

Sockets are opened before anything else, so that a port that is already in use is reported immediately.
"""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ngnpro_server.config import ConfigError, Server

# connections that may wait for a free thread
_BACKLOG = 2048


def open_listener(address: str, port: int, name: str) -> socket.socket:
    """Return a socket that listens at a port. Raises ``ConfigError`` with ``name``, the URL to serve, if that fails."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"Cannot listen at {name}: {reason}. Is another server running there?") from None
    listener.set_inheritable(True)
    return listener


def is_activated() -> bool:
    """Return whether systemd passed a listening socket to this process (sd_listen_fds(3))."""
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def url_of_server(server: Server) -> str:
    """Return the URL that clients call."""
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{'https' if server.certificate else 'http'}://{host}:{server.port}/"


_SOON = timedelta(days=14)


def require_usable_certificate(server: Server) -> None:
    """Raise ``ConfigError`` unless the certificate and the private key, if set, can be read and match."""
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
