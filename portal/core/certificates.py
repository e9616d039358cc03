"""TLS certificates and private keys as PEM text: validation, names and expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NEAR_DAYS = 30


@dataclass(frozen=True, slots=True)
class Certificate:
    """The first certificate of a chain: its names, issuer and validity (UTC); ``length`` is that of the chain.

    ``begins`` and ``ends`` are the time when all certificates of the chain are valid.
    """

    names: tuple[str, ...]
    issuer: str
    begins: datetime
    ends: datetime
    length: int
    public_key: bytes

    def covers(self, domain: str) -> bool:
        """Return whether one of its names matches the domain; ``*`` matches the first label (RFC 6125, 6.4.3)."""
        parent = domain.partition(".")[2]
        return any(name == domain or (parent and name == f"*.{parent}") for name in self.names)

    def days_left(self, now: datetime | None = None) -> int:
        """Return the number of whole days until it expires; negative if it has expired."""
        return (self.ends - (now or datetime.now(UTC))).days

    @property
    def state(self) -> str:
        """Return the state of its lamp: ``bad`` once expired, ``warn`` from 30 days before, else ``on``."""
        left = self.days_left()
        return "bad" if left < 0 else "warn" if left < NEAR_DAYS else "on"


def read_chain(text: str) -> Certificate:
    """Parse a certificate followed by its issuers' certificates, in order.

    Raises ``ValidationError`` with what is wrong.
    """
    if "PRIVATE KEY" in text:
        raise ValidationError(
            _("This contains a private key. Enter it in its own field, where it is stored as a secret.")
        )
    try:
        chain = x509.load_pem_x509_certificates(text.encode())
        return _first_of(chain)
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError(
            _("This is not a complete certificate in PEM format. It has to begin with -----BEGIN CERTIFICATE-----.")
        ) from None


def _first_of(chain: list[x509.Certificate]) -> Certificate:
    for number, (one, next_one) in enumerate(pairwise(chain), start=1):
        if one.issuer != next_one.subject:
            raise ValidationError(
                _("Certificate %(next)s did not issue certificate %(number)s. Put the domain's own first, in order.")
                % {"number": number, "next": number + 1}
            )
    first = chain[0]
    return Certificate(
        names=_names(first),
        issuer=_common_name(first.issuer),
        begins=max(one.not_valid_before_utc for one in chain),
        ends=min(one.not_valid_after_utc for one in chain),
        length=len(chain),
        public_key=first.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the DNS names and ``sip:`` domains, or the common name if there is no such extension (RFC 5922, 7.1)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return tuple(name for name in [_common_name(certificate.subject).lower()] if name)
    names = [name.lower().rstrip(".") for name in found.get_values_for_type(x509.DNSName)]
    uris = [uri.lower() for uri in found.get_values_for_type(x509.UniformResourceIdentifier)]
    names += [uri.removeprefix("sip:") for uri in uris if uri.startswith("sip:") and "@" not in uri]
    return tuple(dict.fromkeys(names))


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def read_key(text: str) -> PrivateKeyTypes:
    """Parse a private key; raises ``ValidationError`` with what is wrong, which never contains any of the key."""
    if "BEGIN ENCRYPTED" in text or "Proc-Type: 4,ENCRYPTED" in text:
        raise ValidationError(
            _("This key is protected by a password, which the proxy does not know. Remove the password first.")
        )
    try:
        return load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValidationError(
            _("This is not a complete private key in PEM format. It has to begin with -----BEGIN PRIVATE KEY-----.")
        ) from None


def belong_together(certificate: Certificate, key: PrivateKeyTypes) -> bool:
    """Return whether a private key belongs to a certificate."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public == certificate.public_key


@lru_cache(maxsize=2048)
def look_at(text: str) -> Certificate | None:
    """Parse a stored certificate for display; returns ``None`` if it is empty or cannot be parsed."""
    try:
        return read_chain(text) if text else None
    except ValidationError:
        return None
