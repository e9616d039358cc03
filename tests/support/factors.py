"""Second factors for tests: a software authenticator app and a software passkey, at fixed times."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from portal.core import sealing
from portal.people import factors
from portal.people.models import TotpKey
from portal.people.operators.models import Operator

PRESENT, ATTESTED = 0x01, 0x40


def app_of(operator: Operator) -> pyotp.TOTP:
    """Add an unused authenticator app to an operator and return it."""
    secret = factors.new_totp_key()
    TotpKey.objects.create(operator=operator, sealed=sealing.seal(secret))
    return pyotp.TOTP(secret)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class SoftwareKey:
    """A software passkey that answers as a browser with an authenticator does (W3C Web Authentication, section 6)."""

    origin: str = "http://localhost"
    host: str = "localhost"
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    counter: int = 0

    def create(self, options: dict[str, Any]) -> str:
        """Return the answer to the options for a new passkey."""
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + public
        data = self._data(PRESENT | ATTESTED) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("webauthn.create", options, attestationObject=attestation)

    def prove(self, options: dict[str, Any]) -> str:
        """Return the answer to the options for signing in; the signature counter increases each time."""
        self.counter += 1
        data = self._data(PRESENT)
        client = self._client_data("webauthn.get", options)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer("webauthn.get", options, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.counter)

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, options: dict[str, Any], **parts: bytes) -> str:
        response = {name: base64url(part) for name, part in parts.items()}
        response["clientDataJSON"] = base64url(self._client_data(kind, options))
        identity = base64url(self.credential_id)
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": response})
