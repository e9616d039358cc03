"""What our own server watches by itself, and tells in its extra port ``Watch``: alarms, and the state of the platform.

A server that has the port sends the header ``WATCH`` in each answer; clients ask nothing of this on other servers.
"""

from __future__ import annotations

PORT = "Watch"
WATCH = "NGNPro-Watch"
# what getAlarms lists: the alarms that nobody has closed, and those whose mails were not sent
OPEN, UNTOLD = "open", "untold"
# the kinds of alarms
QUOTA, SPEND, COUNTRY, SHORT_CALLS = "quota", "spend", "country", "short-calls"
# the states of gateways; unknown if no proxy could ask
ANSWERS, SILENT, UNKNOWN = "answers", "silent", "unknown"
