"""Passkeys (W3C Web Authentication): the options for browsers, and the checks of their answers."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import struct
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.people.operators.models import Operator

from .models import CustomerFactor, Passkey

PasskeyOwner = Operator | CustomerFactor

STATE = "passkey challenge"
LONGEST = 16_384
WHOLE = frozenset({"id", "rawId", "type"})
RESPONSE = frozenset({"clientDataJSON", "attestationObject", "authenticatorData", "signature"})
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
# Exceptions that parsing a malformed answer may raise.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error)


def can_use_passkeys(request: HttpRequest) -> bool:
    """Return whether browsers allow passkeys here: only under a host name, with HTTPS unless it is localhost."""
    host = _host(request)
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False


def creation_options(request: HttpRequest, owner: PasskeyOwner) -> str:
    """Return the options with which a browser creates a passkey, as JSON; the challenge is stored in the session."""
    options, request.session[STATE] = _server(request).register_begin(
        _user_of(owner),
        [_credential(passkey) for passkey in owner.passkeys.all()],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return json.dumps(dict(options)["publicKey"])


def _user_of(owner: PasskeyOwner) -> PublicKeyCredentialUserEntity:
    if isinstance(owner, Operator):
        identity, login, name = f"operator {owner.pk}", owner.username, str(owner)
    else:
        identity, login, name = f"customer {owner.pk}", owner.login, owner.login
    return PublicKeyCredentialUserEntity(id=identity.encode(), name=login, display_name=name)


def add_passkey(request: HttpRequest, owner: PasskeyOwner, answer: str, name: str) -> Passkey | None:
    """Store the passkey that a browser created; ``None`` if its answer is invalid or the passkey exists already."""
    state = request.session.pop(STATE, None)
    try:
        made = _server(request).register_complete(state, _parse_answer(answer)).credential_data
    except MALFORMED:
        return None
    if made is None:
        return None
    try:
        with transaction.atomic():
            return owner.passkeys.create(
                name=name, credential=bytes(made), credential_hash=_credential_hash(made.credential_id)
            )
    except IntegrityError:
        return None


def proof_options(request: HttpRequest, owner: PasskeyOwner) -> str:
    """Return the options with which a browser proves a passkey, as JSON; the challenge is stored in the session."""
    options, request.session[STATE] = _server(request).authenticate_begin(
        [_credential(passkey) for passkey in owner.passkeys.all()],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return json.dumps(dict(options)["publicKey"])


def verify_passkey(request: HttpRequest, owner: PasskeyOwner, answer: str) -> bool:
    """Return whether a browser's proof of a passkey is right, and store its use in the same statement.

    A challenge counts only once, even if several requests of a session send its proof at the same time. If the counter
    does not increase, the key may have been copied, and the proof is rejected.
    """
    state = request.session.pop(STATE, None)
    known = {bytes(credential.credential_id): credential for credential in map(_credential, owner.passkeys.all())}
    try:
        parsed = _parse_answer(answer)
        proven = _server(request).authenticate_complete(state, list(known.values()), parsed)
        counter = AuthenticationResponse.from_dict(parsed).response.authenticator_data.counter
    except MALFORMED:
        return False
    passkey = owner.passkeys.filter(credential_hash=_credential_hash(proven.credential_id))
    rises = Q(counter__lt=counter) if counter else Q(counter=0)
    challenge = hashlib.sha256(str(state["challenge"]).encode()).hexdigest()
    fresh = passkey.filter(rises).exclude(last_challenge=challenge)
    return fresh.update(counter=counter, last_challenge=challenge, used_at=timezone.now()) == 1


def _server(request: HttpRequest) -> Fido2Server:
    """Return the FIDO2 server for the host name of the request, which Django has checked against ``ALLOWED_HOSTS``."""
    origin = f"{request.scheme}://{request.get_host()}"
    entity = PublicKeyCredentialRpEntity(id=_host(request), name="NGNPro portal")
    return Fido2Server(entity, verify_origin=lambda claimed: claimed == origin)


def _host(request: HttpRequest) -> str:
    name, _, port = request.get_host().rpartition(":")
    return name if name and port.isdecimal() else request.get_host()


def _credential(passkey: Passkey) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(passkey.credential))


def _credential_hash(credential_id: bytes) -> str:
    return hashlib.sha256(credential_id).hexdigest()


def _parse_answer(answer: str) -> Mapping[str, Any]:
    """Parse the browser's JSON: only base64url texts are accepted, because a number would be taken for a length.

    Raises ``ValueError`` if it is too long or is not the answer of a browser.
    """
    parsed = json.loads(answer) if len(answer) <= LONGEST else None
    if not isinstance(parsed, dict) or not isinstance(parsed.get("response"), dict):
        raise ValueError("A browser answers with an object that holds a response.")
    return {**_texts_of(parsed, WHOLE), "response": _texts_of(parsed["response"], RESPONSE)}


def _texts_of(part: Mapping[str, Any], names: frozenset[str]) -> dict[str, str]:
    texts = {name: value for name, value in part.items() if name in names}
    if not all(isinstance(value, str) and BASE64URL.fullmatch(value) for value in texts.values()):
        raise ValueError("A browser answers with texts in base64url.")
    return texts
