"""The example of HAProxy that `make prove-pair` runs is one that HAProxy accepts."""

from __future__ import annotations

import subprocess

import pytest

from tests.support import needs

from .balancer import CONFIG


@pytest.mark.real
@pytest.mark.needs(needs.HAPROXY)
def test_haproxy_accepts_the_example() -> None:
    done = subprocess.run([needs.program("haproxy"), "-c", "-f", str(CONFIG)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
