"""Information on the machine that a benchmark runs on, and on the CPU time of processes."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Return a description of the machine: processors, Linux and Python versions."""
    models = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    name = models[0] if models else platform.processor()
    return f"{name}, {len(models)} processors, Linux {platform.release()}, Python {platform.python_version()}"


def processor_seconds(processes: Iterable[int]) -> float:
    """Return the sum of the CPU times of processes in seconds, user and system time (proc(5))."""
    used = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS
