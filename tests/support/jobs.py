"""Jobs in tests: ticking rows on a list, and a worker that works until nothing is due."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.jobs import engine
from portal.jobs.models import Job


def plan(browser: Client, listed: str, action: str, ticked: dict[str, Any], **values: Any) -> Job:
    """Plan an action on ticked rows of a list, e.g. ``accounts:list``."""
    data = {"list": listed, "action": action, **ticked, **({"values": "1", **values} if values else {})}
    answer = browser.post("/jobs/new/", data)
    assert answer.status_code == 302, answer.content.decode()
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))


def do(browser: Client, job: Job, what: str, **more: Any) -> Job:
    """Press a button of the page of a job, and let a worker do what is to be done."""
    assert browser.post(f"/jobs/{job.pk}/do/", {"do": what, **more}).status_code == 302
    return worked(job)


def worked(job: Job) -> Job:
    """Work as a worker does, until nothing is due; return the job as it is then."""
    while engine.work():
        pass
    job.refresh_from_db()
    return job


def states(job: Job) -> dict[str, str]:
    """Map the keys of the rows of a job to their states."""
    return dict(job.rows.order_by("position").values_list("key", "state"))


def imported(browser: Client, kind: str, content: str) -> Job:
    """Upload a file as an import of a kind of record, and let a worker plan it."""
    file = SimpleUploadedFile("list.csv", content.encode())
    answer = browser.post(f"/jobs/import/{kind}/", {"file": file, "mode": "update"})
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))
