"""The SIP proxies that our own server tells of changes: what they have loaded, and which phones they know.

The operations are those of the extra port ``Platform``. A server that has it sends the header ``PROXIES`` in each
answer, with the number of its SIP proxies; clients offer nothing of this on servers without the header, or with 0.
"""

from __future__ import annotations

PORT = "Platform"
PROXIES = "NGNPro-Proxies"
# what the proxies hold in their memory
DOMAINS, ADDRESSES, ROUTING = "domains", "addresses", "routing"
TOPICS = (DOMAINS, ADDRESSES, ROUTING)
# whether a proxy has the latest changes of a topic; unknown if it was never told to load
LOADED, SAVED, UNKNOWN = "loaded", "saved", "unknown"
