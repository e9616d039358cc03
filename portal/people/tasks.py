"""The Celery tasks for forgotten passwords and for cleaning up. They carry only the key of a row."""

from __future__ import annotations

import logging

from django.conf import settings

from portal.celery import app
from portal.ngnpro import errors
from portal.people import customer_factors, factors, links, lockouts, sessions
from portal.people.single_sign_on.services import reseal_provider_secrets

from . import known_devices
from .password_reset import services as requests
from .tokens.services import delete_old_tokens

log = logging.getLogger(__name__)


@app.task
def answer_link_request(pk: int) -> None:
    """Answer one request for a password link; if NGNPro does not answer, ``sweep_link_requests`` queues it again."""
    request = requests.claim_request(pk)
    if request is None:
        return
    try:
        requests.answer_request(request)
    except errors.Outage as error:
        log.warning("Request %s for a password link waits: %s", pk, error)


@app.task
def sweep_link_requests() -> None:
    """Queue pending requests, delete old rows, and encrypt authenticator keys with the present secret key."""
    for pk in requests.pending_requests():
        answer_link_request.delay(pk)
    requests.delete_old_requests()
    links.delete_old_links()
    sessions.delete_old_sessions()
    known_devices.delete_old_devices()
    lockouts.delete_old_tries()
    delete_old_tokens()
    if settings.SECRET_KEY_FALLBACKS:
        factors.reseal_totp_keys()
        customer_factors.reseal_customer_keys()
        reseal_provider_secrets()
