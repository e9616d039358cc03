"""Client certificates with which the user of an account signs in, instead of a password.

The portal issues them with the authority of ``PORTAL_CLIENT_CA_FILE``, and keeps no private keys. The proxy in front
asks browsers for a certificate, and passes what it has verified in the header of ``PORTAL_CLIENT_CERTIFICATE_HEADER``,
as percent-encoded PEM. It is believed only from ``PORTAL_CERTIFICATE_PROXIES``. The portal checks again who issued it,
and whether it was revoked.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_pem_private_key, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.phones.certificates import is_from_proxy
from portal.core import servers
from portal.ngnpro import Engine, errors
from portal.ngnpro.records import SipAccount, SipId
from portal.people.directory import proof_of

from .models import ClientCertificate

LIFETIME = timedelta(days=365)
MOST_CERTIFICATES = 20
LEAST_FILE_PASSWORD = 10
LONGEST_HEADER = 8192
LONGEST_NAME = 64  # of a common name (RFC 5280, upper bounds)


def are_offered() -> bool:
    """Return whether the operator has set up client certificates."""
    return bool(settings.CLIENT_CA_FILE and settings.CLIENT_CERTIFICATE_HEADER)


def certificates_of(engine: str, address: str) -> QuerySet[ClientCertificate]:
    """List the certificates of an account, oldest first."""
    return ClientCertificate.objects.filter(engine=servers.engine(engine).name, address=address)


def issue_certificate(engine: str, account: SipAccount, name: str, password: str) -> bytes:
    """Issue a certificate and return it with its new key as a PKCS#12 file, encrypted with a password."""
    authority, authority_key = _authority(settings.CLIENT_CA_FILE)
    key, address, now = ec.generate_private_key(ec.SECP256R1()), str(account.id), timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address[:LONGEST_NAME])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(f"sip:{address}")]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    ClientCertificate.objects.create(
        engine=servers.engine(engine).name,
        address=address,
        name=name,
        serial=f"{made.serial_number:x}",
        proof=proof_of(account),
        expires_at=made.not_valid_after_utc,
    )
    encryption = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(address.encode(), key, made, [authority], encryption)


def revoke_certificate(engine: str, address: str, number: int) -> ClientCertificate | None:
    """Revoke a certificate of an account and return what it was; ``None`` if the account has no such certificate."""
    found = certificates_of(engine, address).filter(pk=number)
    certificate = found.first()
    return certificate if certificate and found.delete()[0] else None


def is_valid_for(certificate: ClientCertificate, account: SipAccount) -> bool:
    """Return whether a certificate has not expired, and no password of the account was changed since."""
    return certificate.expires_at > timezone.now() and constant_time_compare(proof_of(account), certificate.proof)


def account_of_certificate(request: HttpRequest) -> tuple[Engine, SipAccount] | None:
    """Return the account whose user has proved a certificate to the proxy, with its NGNPro server."""
    serial = _serial_in(request) if are_offered() and is_from_proxy(request) else ""
    certificate = ClientCertificate.objects.filter(serial=serial).first() if serial else None
    if certificate is None:
        return None
    engine = servers.engine(certificate.engine)
    try:
        account = servers.service_ngnpro(engine.name).sip.get_account(SipId.parse(certificate.address))
    except errors.Missing:
        return None
    return (engine, account) if engine.name == certificate.engine and is_valid_for(certificate, account) else None


def _serial_in(request: HttpRequest) -> str:
    """Return the serial number of the certificate in a request, if our authority has issued it; else empty."""
    text = unquote(request.headers.get(settings.CLIENT_CERTIFICATE_HEADER, "")[:LONGEST_HEADER])
    try:
        found = x509.load_pem_x509_certificate(text.encode())
        found.verify_directly_issued_by(_authority(settings.CLIENT_CA_FILE)[0])
    except (ValueError, TypeError, InvalidSignature):
        return ""
    return f"{found.serial_number:x}"


@lru_cache(maxsize=2)
def _authority(file: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]:
    """Read the certificate and the key of the authority; raises ``ImproperlyConfigured`` if that is not possible."""
    try:
        text = Path(file).read_bytes()
        key = load_pem_private_key(text, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise ValueError("its key cannot sign certificates")
        return x509.load_pem_x509_certificate(text), key
    except (OSError, ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"The file of PORTAL_CLIENT_CA_FILE cannot be used: {error}") from None
