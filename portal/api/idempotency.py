"""Answers to writes that are repeated because their answer was lost: each is made once, and answered alike each time.

The header is that of draft-ietf-httpapi-idempotency-key-header. The row is added before the request is carried out, so
that of simultaneous repetitions one is carried out, and the database decides which.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.sealing import seal, unseal
from portal.people.tokens.middleware import ApiRequest
from portal.people.tokens.models import ApiToken

from .models import KEEP, StoredAnswer
from .problems import Problem

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "Retry-After")
# Statuses after which the same request may be carried out again, because it was not carried out.
NOT_CARRIED_OUT = (401, 405, 429)


def answer_once(request: ApiRequest, token: ApiToken, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer of ``run``, or the stored one if the token has sent this request before; raises ``Problem``."""
    key = request.headers.get(HEADER, "")
    if not key or request.method in SAFE:
        return run()
    if len(key) > LONGEST:
        raise Problem(400, _("The header Idempotency-Key has more than 255 characters."))
    values = {"fingerprint": _fingerprint(request)}
    row, is_new = StoredAnswer.objects.get_or_create(token=token, key=key, defaults=values)
    if not is_new:
        return _stored(row, values["fingerprint"])
    answer = run()
    if answer.status_code in NOT_CARRIED_OUT or getattr(answer, "stored", "") == "nothing":
        row.delete()
    else:
        _store(row, answer)
    return answer


def _fingerprint(request: ApiRequest) -> str:
    about = f"{request.method} {request.get_full_path()} {request.headers.get('If-Match', '')}\n".encode()
    return hashlib.sha256(about + request.body).hexdigest()


def _store(row: StoredAnswer, answer: HttpResponse) -> None:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    row.status = answer.status_code
    row.sealed = seal(json.dumps({"headers": headers, "body": answer.content.decode()}))
    row.save(update_fields=["status", "sealed"])


def _stored(row: StoredAnswer, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Problem(422, _("This Idempotency-Key was used for another request. Choose a new one for each request."))
    if not row.status:
        words = _("A request with this Idempotency-Key has begun, and has no answer yet. If it has none after some "
                  "minutes, it was interrupted: the journal says what was stored.")  # fmt: skip
        raise Problem(409, words, headers={"Retry-After": "5"}, stored="unknown")
    known = json.loads(unseal(row.sealed) or "{}")
    if not known:
        raise Problem(409, _("This request was carried out. Its answer can no longer be decrypted."))
    return HttpResponse(known["body"], status=row.status, headers={**known["headers"], REPLAYED: "true"})


def delete_old_answers() -> None:
    """Delete answers that were stored more than a day ago."""
    StoredAnswer.objects.filter(created_at__lt=timezone.now() - KEEP).delete()
