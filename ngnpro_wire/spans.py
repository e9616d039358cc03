"""Spans for OpenTelemetry: pages, tasks and NGNPro calls of one request make up one trace, across the programs.

Nothing is recorded unless ``OTEL_EXPORTER_OTLP_ENDPOINT`` is set, one of the environment variables that OpenTelemetry
specifies. The parent of a call is sent with it in the HTTP header ``traceparent`` (W3C Trace Context). No span has the
name of a person, an account or a customer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .request_ids import current_request_id

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Tracer

ADDRESS = "OTEL_EXPORTER_OTLP_ENDPOINT"
PARENT = "traceparent"
_MISSING = f"{ADDRESS} is set, but OpenTelemetry is not installed: pip install 'ngnpro-portal[telemetry]'"


class TelemetryMissing(Exception):
    """Telemetry is wanted, and its packages are not installed."""


@dataclass(slots=True)
class _Tracing:
    """What records spans in this process; ``tracer`` is ``None`` while nothing does."""

    tracer: Tracer | None = None


_tracing = _Tracing()


def start_tracing(service: str) -> None:
    """Record spans from now on if telemetry is wanted; ``service`` is this program, unless OTEL_SERVICE_NAME says so.

    Raises ``TelemetryMissing`` if the packages are not installed. Called again, it does nothing.
    """
    if _tracing.tracer is not None or not os.environ.get(ADDRESS):
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TelemetryMissing(_MISSING) from error
    resource = Resource.create({SERVICE_NAME: service}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracing.tracer = provider.get_tracer("ngnpro")


@contextmanager
def span(name: str, kind: str, headers: Mapping[str, str] | None = None) -> Iterator[None]:
    """Record what happens in the block; ``kind`` is ``server``, ``client`` or ``consumer``.

    ``headers`` are those with which a client asked for it; its span is the parent if they name one.
    """
    if _tracing.tracer is None:
        yield
        return
    from opentelemetry.propagate import extract
    from opentelemetry.trace import SpanKind

    parent = extract(headers) if headers else None
    # texts of exceptions name records, so they are not recorded
    begun = _tracing.tracer.start_as_current_span(
        name,
        context=parent,
        kind=SpanKind[kind.upper()],
        record_exception=False,
        set_status_on_exception=False,
    )
    with begun as current:
        current.set_attribute("ngnpro.request_id", current_request_id())
        try:
            yield
        except Exception:
            describe_span(failed=True)
            raise


def describe_span(name: str = "", *, failed: bool = False, **attributes: str | int) -> None:
    """Name the current span, and give it attributes, ``__`` standing for a dot, and the status of a failure."""
    if _tracing.tracer is None:
        return
    from opentelemetry.trace import Status, StatusCode, get_current_span

    current = get_current_span()
    if name:
        current.update_name(name)
    for key, value in attributes.items():
        current.set_attribute(key.replace("__", "."), value)
    if failed:
        current.set_status(Status(StatusCode.ERROR))


def headers_of_span() -> dict[str, str]:
    """Return the HTTP headers that name the current span as the parent of what is asked for with them."""
    headers: dict[str, str] = {}
    if _tracing.tracer is not None:
        from opentelemetry.propagate import inject

        inject(headers)
    return headers


def current_trace() -> Context | None:
    """Return where the current thread is in its trace, for ``within_trace`` in another one."""
    if _tracing.tracer is None:
        return None
    from opentelemetry.context import get_current

    return get_current()


def within_trace(context: Context | None) -> AbstractContextManager[Any]:
    """Continue the trace of another thread until the end of the block."""
    return nullcontext() if context is None else _attached(context)


@contextmanager
def _attached(context: Context) -> Iterator[None]:
    from opentelemetry.context import attach, detach

    token = attach(context)
    try:
        yield
    finally:
        detach(token)
