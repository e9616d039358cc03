"""The records and services of a portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from .errors import PortalError
from .transport import Transport


class Record(dict[str, Any]):
    """A record: its members, and ``path`` and ``etag`` of where it was read."""

    def __init__(self, members: Mapping[str, Any], path: str, etag: str) -> None:
        super().__init__(members)
        self.path, self.etag = path, etag


class Portal:
    """A portal, used with a token. ``options`` are those of ``Transport``: ``session``, ``timeout`` and ``tries``.

    ``kind`` is the path of a kind of record: ``accounts``, ``customers``, ``domains``, ``aliases``, ``enum/numbers``,
    ``lcr/routes`` and so on. Members have the names of the columns of exported lists.
    """

    def __init__(self, url: str, token: str, **options: Any) -> None:
        self.transport = Transport(url, token, **options)

    def records(
        self, kind: str, *, fields: Sequence[str] = (), limit: int = 200, **conditions: Any
    ) -> Iterator[Record]:
        """Yield all records that meet conditions, page by page; ``*`` in a text stands for any text."""
        params: dict[str, Any] = {**conditions, "limit": limit}
        if fields:
            params["fields"] = ",".join(fields)
        while True:
            page = self.transport.request("GET", kind, params=params).json()
            for members in page["items"]:
                key = members.get("id", "")
                yield Record(members, f"{kind}/{quote(str(key), safe='@')}" if key else "", "")
            if not page["next"]:
                return
            params["cursor"] = page["next"]

    def record(self, kind: str, key: str) -> Record:
        """Return one record; raises ``NotFound`` if there is none."""
        return self._read(f"{kind}/{quote(str(key), safe='@')}")

    def add(self, kind: str, members: Mapping[str, Any], *, once: str = "") -> Record:
        """Add a record and return it as it is stored.

        ``once`` identifies the order that is carried out, such as ``order-4711``: a second call with it within 24 hours
        adds nothing, and returns what the first one returned.
        """
        headers = {"Idempotency-Key": once} if once else {}
        answer = self.transport.request("POST", kind, body=dict(members), headers=headers)
        path = answer.headers["Location"].partition("/api/v1/")[2]
        return Record(answer.json(), path, answer.headers.get("ETag", ""))

    def change(self, record: Record, members: Mapping[str, Any]) -> Record:
        """Change members of a record that was read; raises ``RecordChanged`` if somebody else has changed it since.

        A record of ``records`` is changed whatever others have done.
        """
        headers = {"If-Match": record.etag} if record.etag else {}
        answer = self.transport.request("PATCH", record.path, body=dict(members), headers=headers)
        return Record(answer.json(), record.path, answer.headers.get("ETag", ""))

    def delete(self, record: Record, *, cascade: bool = False) -> None:
        """Delete a record; ``cascade``: with what depends on it."""
        headers = {"If-Match": record.etag} if record.etag else {}
        self.transport.request("DELETE", record.path, params={"cascade": "true"} if cascade else None, headers=headers)

    def part(self, record: Record, name: str) -> Record:
        """Return a part of an account, such as ``diversions`` or ``mailbox``."""
        return self._read(f"{record.path}/{name}")

    def replace_part(self, part: Record, members: Mapping[str, Any]) -> Record:
        """Replace a part that was read; raises ``RecordChanged`` as ``change`` does."""
        answer = self.transport.request("PUT", part.path, body=dict(members), headers={"If-Match": part.etag})
        return Record(answer.json(), part.path, answer.headers.get("ETag", ""))

    def plan(self, kind: str, **plan: Any) -> dict[str, Any]:
        """Make a plan, which writes nothing: with ``rows``, or with an ``action`` for ``keys`` or a ``filter``."""
        answer: dict[str, Any] = self.transport.request("POST", "plans", body={"kind": kind, **plan}).json()
        return answer

    def start_job(self, plan: str) -> dict[str, Any]:
        """Start the job that carries out a plan."""
        answer: dict[str, Any] = self.transport.request("POST", "jobs", body={"plan": plan}).json()
        return answer

    def job(self, number: str) -> dict[str, Any]:
        """Return how a job or plan stands."""
        answer: dict[str, Any] = self.transport.request("GET", f"jobs/{number}").json()
        return answer

    def _read(self, path: str) -> Record:
        answer = self.transport.request("GET", path)
        members = answer.json()
        if not isinstance(members, dict):
            raise PortalError(answer.status_code, {"detail": f"{path} is a list, not a record."})
        return Record(members, path, answer.headers.get("ETag", ""))
