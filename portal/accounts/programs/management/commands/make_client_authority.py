"""`manage.py make_client_authority FILE`: makes the authority that issues certificates to users of accounts."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

LIFETIME = timedelta(days=3650)


class Command(BaseCommand):
    help = "Make the authority that issues certificates to users of accounts, and print its certificate for the proxy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where its certificate and key are stored; it must not exist yet")
        parser.add_argument("--name", default="NGNPro portal client authority", help="its name in the certificates")

    def handle(self, *args: Any, **options: Any) -> None:
        certificate, key = make_authority(options["name"])
        try:
            descriptor = os.open(Path(options["file"]), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"Nothing was made: {error}") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(certificate + key)
        self.stdout.write(certificate.decode(), ending="")


def make_authority(name: str) -> tuple[bytes, bytes]:
    """Return the certificate and the private key of a new authority as PEM."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), private
