"""Self-signed TLS certificates for domains of the demo platform."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_LIFE = timedelta(days=90)


def self_signed(domain: str, expires: datetime) -> tuple[str, str]:
    """Create a key and a certificate for a domain; return the certificate and the key as PEM texts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, domain)])
    alternatives = x509.SubjectAlternativeName([x509.DNSName(domain), x509.DNSName(f"sip.{domain}")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(expires - _LIFE)
        .not_valid_after(expires)
        .add_extension(alternatives, critical=False)
        .sign(key, SHA256())
    )
    key_text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM).decode(), key_text.decode()
