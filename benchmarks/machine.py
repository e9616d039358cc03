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


def family_seconds(parent: int) -> float:
    """Return the CPU time of a process, of its children, and of those of them that have ended, in seconds (proc(5))."""
    fields = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return sum(map(int, fields[11:15])) / _TICKS + processor_seconds(map(int, children))
