"""The secrets of tokens: making and hashing them, and encrypting a login so that only the token can decrypt it.

A token is the private half of a key pair (X25519, RFC 7748), derived from it with HKDF (RFC 5869). The database has the
public half, with which the portal encrypts a login for the token, also later, after the person has changed their
password. It takes the token itself to decrypt it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# So that programs which search code for secrets recognize a token.
PREFIX = "ngnpro_"
FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
BYTES = 32


def new_token() -> str:
    """Return a new token of 256 random bits."""
    return f"{PREFIX}{secrets.token_urlsafe(BYTES)}"


def hash_of(token: str) -> str:
    """Return the hash by which a token is found. A token is random, so it needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def public_key_of(token: str) -> str:
    """Return the public key of a token in hexadecimal."""
    return _private_key(token).public_key().public_bytes_raw().hex()


def seal_for(public_key: str, text: str) -> str:
    """Return a text encrypted for the token with a public key."""
    theirs = X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    once = X25519PrivateKey.generate()
    sender = once.public_key().public_bytes_raw()
    fernet = _fernet(once.exchange(theirs), sender, theirs)
    return f"{sender.hex()}.{fernet.encrypt(text.encode()).decode('ascii')}"


def open_sealed(token: str, sealed: str) -> str:
    """Return a text that was encrypted for a token; empty if it was not."""
    sender, dot, encrypted = sealed.partition(".")
    if not dot:
        return ""
    private, public = _private_key(token), bytes.fromhex(sender)
    shared = private.exchange(X25519PublicKey.from_public_bytes(public))
    try:
        return _fernet(shared, public, private.public_key()).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return ""


def _private_key(token: str) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_derive(token.encode(), b"portal.people.tokens: private key"))


def _fernet(shared: bytes, sender: bytes, recipient: X25519PublicKey) -> Fernet:
    about = b"portal.people.tokens: login" + sender + recipient.public_bytes_raw()
    return Fernet(base64.urlsafe_b64encode(_derive(shared, about)))


def _derive(secret: bytes, about: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=about).derive(secret)
