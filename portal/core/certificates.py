"""TLS certificates and their keys as PEM text: what is wrong with them, which names they have, when they end."""

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
    """The first certificate of a chain: its names, who issued it, and its time (UTC); ``length`` is that of the chain.

    ``ends`` is the first end of time in the chain, for a chain is as good as the certificate that ends first.
    """

    names: tuple[str, ...]
    issuer: str
    begins: datetime
    ends: datetime
    length: int
    public_key: bytes

    def covers(self, domain: str) -> bool:
        """Tell whether one of its names is the domain's; ``*`` stands for one label in front (RFC 6125, 6.4.3)."""
        parent = domain.partition(".")[2]
        return any(name == domain or (parent and name == f"*.{parent}") for name in self.names)

    def days_left(self, now: datetime | None = None) -> int:
        """Count the whole days that it is good for; negative when it has ended."""
        return (self.ends - (now or datetime.now(UTC))).days

    @property
    def state(self) -> str:
        """Give the state of its lamp: ``bad`` when it has ended, ``warn`` when that is near, else ``on``."""
        left = self.days_left()
        return "bad" if left < 0 else "warn" if left < NEAR_DAYS else "on"


def read_chain(text: str) -> Certificate:
    """Read a certificate, with those that vouch for it below it; ``ValidationError`` says what is wrong."""
    if "PRIVATE KEY" in text:
        raise ValidationError(_("This holds a private key. It belongs into its own field, where it is kept secret."))
    try:
        chain = x509.load_pem_x509_certificates(text.encode())
        return _first_of(chain)
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError(
            _("This is no certificate as PEM text. It begins with -----BEGIN CERTIFICATE-----, and nothing is missing.")
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
    """List DNS names and ``sip:`` domains; only where there are none the common name counts (RFC 5922, section 7.1)."""
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
    """Read a private key; ``ValidationError`` says what is wrong, and never shows any of it."""
    if "BEGIN ENCRYPTED" in text or "Proc-Type: 4,ENCRYPTED" in text:
        raise ValidationError(
            _("This key is protected by a password, and the proxy has no one to ask. Remove it first.")
        )
    try:
        return load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValidationError(
            _("This is no private key as PEM text. It begins with -----BEGIN PRIVATE KEY-----, and nothing is missing.")
        ) from None


def belong_together(certificate: Certificate, key: PrivateKeyTypes) -> bool:
    """Tell whether a key is that of a certificate."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public == certificate.public_key


@lru_cache(maxsize=2048)
def look_at(text: str) -> Certificate | None:
    """Read a stored certificate for showing it; ``None`` where there is none that can be read."""
    try:
        return read_chain(text) if text else None
    except ValidationError:
        return None
