"""Metrics of the portal for Prometheus: its requests and calls to NGNPro, and what its database says of work waiting.

Requests and calls are counted in the processes that serve pages, and added up over all of them. Everything else is
read from the database when it is asked for, so that it includes the work of the worker and of other portals.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.jobs.models import Job
from portal.journal.labels import DOUBTFUL
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.reports import OBSERVERS, CallReport
from portal.overview.models import AnswerTime
from portal.people import lockouts
from portal.people.client_address import client_address
from portal.people.models import SignedIn
from portal.running.backup.nightly import backup_age

_OWN = CollectorRegistry()
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
REQUESTS = Counter(
    "portal_requests", "Requests by page, method and status.", ["page", "method", "status"], registry=_OWN
)
DURATION = Histogram("portal_request_seconds", "Time to answer a request.", ["page"], registry=_OWN, buckets=_SECONDS)
CALLS = Counter("portal_ngnpro_calls", "Messages to NGNPro.", ["engine", "operation", "result"], registry=_OWN)
CALL_DURATION = Histogram(
    "portal_ngnpro_call_seconds", "Time until NGNPro answers.", ["engine"], registry=_OWN, buckets=_SECONDS
)
_METHODS = ("GET", "HEAD", "POST")


class MetricsMiddleware:
    """Counts requests and measures how long they take; addresses that are no page count together."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        page = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(page, method, response.status_code).inc()
        DURATION.labels(page).observe(time.perf_counter() - begun)
        return response


def observe_calls() -> None:
    """Count the messages to NGNPro of this process from now on."""
    if _count_call not in OBSERVERS:
        OBSERVERS.append(_count_call)


def _count_call(report: CallReport) -> None:
    CALLS.labels(report.engine, f"{report.port}.{report.operation}", report.outcome).inc()
    CALL_DURATION.labels(report.engine).observe(report.seconds)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the metrics in Prometheus' text format; who may not read them is told that there is no such page."""
    if not may_read(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_OWN)
    registry.register(DatabaseCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_read(request: HttpRequest) -> bool:
    """Return whether a request comes from one of ``PORTAL_METRICS_FROM``, or has ``PORTAL_METRICS_TOKEN``."""
    token: str = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    address = client_address(request)
    return bool(address) and any(ip_address(address) in network for network in settings.METRICS_FROM)


class DatabaseCollector(Collector):
    """Reads the numbers of mails, jobs, sessions, lockouts and uncertain writes, and how long work has waited."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield _by_state("portal_mails", "Mails of the outbox by state.", OutboxMessage.objects.values_list("state"))
        yield _by_state("portal_jobs", "Jobs by state.", Job.objects.values_list("state"))
        yield GaugeMetricFamily("portal_sessions", "Browsers in which someone is signed in.", SignedIn.objects.count())
        yield GaugeMetricFamily("portal_lockouts", "Names and addresses locked out.", len(lockouts.list_locks()))
        doubtful = JournalEntry.objects.filter(checked_at=None, result__in=DOUBTFUL).count()
        yield GaugeMetricFamily("portal_writes_in_doubt", "Writes whose result is not known.", doubtful)
        yield from _ages()
        if (age := backup_age()) is not None:
            yield GaugeMetricFamily("portal_backup_age_seconds", "Age of the newest backup.", age.total_seconds())


def _by_state(name: str, text: str, states: Iterable[object]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, number in states.order_by().annotate(Count("pk")):  # type: ignore[attr-defined]
        family.add_metric([state], number)
    return family


def _ages() -> Iterator[GaugeMetricFamily]:
    now = timezone.now()
    queued = OutboxMessage.objects.filter(state=OutboxMessage.State.QUEUED, due_at__lte=now)
    oldest = queued.aggregate(oldest=Min("created_at"))["oldest"]
    waited = (now - oldest).total_seconds() if oldest else 0
    yield GaugeMetricFamily("portal_mail_age_seconds", "Age of the oldest mail that is due.", waited)
    if latest := AnswerTime.objects.order_by("-minute").values_list("minute", flat=True).first():
        quiet = (now - latest).total_seconds()
        yield GaugeMetricFamily("portal_worker_quiet_seconds", "Time since the worker's scheduler did anything.", quiet)
