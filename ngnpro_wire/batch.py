"""The batch operation of our own server: several calls in one message, with one login and one commit.

It is the operation ``run`` of the extra port ``Batch``. A server that has it sends the header ``BATCH`` in each answer,
with the largest number of calls in a batch; clients make the calls one after the other on servers that do not.
"""

from __future__ import annotations

PORT, OPERATION = "Batch", "run"
BATCH = "NGNPro-Batch"
MOST_CALLS = 100
