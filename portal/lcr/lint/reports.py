"""What a check found, and what it could not look at."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.lcr.findings import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a check, and a sentence about what it could not look at; empty if that is nothing."""

    findings: list[Finding] = field(default_factory=list)
    unknown: str = ""
