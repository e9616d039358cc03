"""The rows of a generator, which a room declares: new records from what its form asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from portal.core.bulk import Generator
from portal.core.resources import Resource
from portal.core.rooms import resources
from portal.core.sealing import seal

from .models import Job, JobRow


def generated_kind() -> tuple[Resource, Generator]:
    """Return the kind of record that is generated, and its generator."""
    ((resource, generator),) = [(one, one.generator) for one in resources().values() if one.generator]
    return resource, generator


def generated_rows(job: Job, generator: Generator, values: Mapping[str, Any]) -> Iterator[JobRow]:
    """Iterate over the rows of a generator; those that belong to another record are written after it."""
    for position, made in enumerate(generator.records(values)):
        item: dict[str, Any] = dict(made.cells) if made.of is None else {"cells": made.cells, "of": made.of}
        phase, sealed = int(made.of is not None), seal(json.dumps({"item": item}))
        row = JobRow(job=job, position=position, phase=phase, line=position + 1, kind=made.kind, sealed=sealed)
        row.has_password = "password" in made.cells
        yield row
