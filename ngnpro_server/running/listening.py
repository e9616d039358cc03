"""The sockets and the certificate of the server.

Sockets are opened before anything else, so that a port in use is reported at once.
"""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ngnpro_server.config import ConfigError, Server

# calls that wait for a thread
_BACKLOG = 2048


def listen(address: str, port: int, name: str) -> socket.socket:
    """Listen at a port; ``ConfigError`` says ``name``, what it was for, when that cannot be."""
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
    """Return whether systemd started this process with a socket that it holds (sd_listen_fds(3))."""
    return os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"


def url(server: Server) -> str:
    """Write the address that clients call."""
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{'https' if server.certificate else 'http'}://{host}:{server.port}/"


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
