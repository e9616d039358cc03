"""Django's settings for the NGNPro servers: addresses, the portal's login, limits (docs/settings.md)."""

from __future__ import annotations

from portal import env
from portal.installed import VAR

_LEVELS = ("CUSTOMER", "RESELLER", "ADMIN")

# the port of our own server; commands use that of a running `make run`
STATUS_FILE = VAR / "parts.json"
NGNPRO_PORT = env.port("NGNPRO_PORT", env.running_port(STATUS_FILE, "ngnpro", 9200))
NGNPRO_URL = env.text("NGNPRO_URL", "") or f"http://127.0.0.1:{NGNPRO_PORT}/"
NGNPRO_URLS = {
    port: url
    for port in ("Sip", "Customer", "Enum", "Voicemail", "Dns", "Rating", "Network", "Presence")
    if (url := env.text(f"NGNPRO_{port.upper()}_URL", ""))
}
NGNPRO_CONFIG = env.path("NGNPRO_CONFIG", VAR / "ngnpro.ini")
NGNPRO_USERNAME = env.text("NGNPRO_USERNAME", "")
NGNPRO_PASSWORD = env.text("NGNPRO_PASSWORD", "")
NGNPRO_ADMIN = env.flag("NGNPRO_ADMIN", True)
# Whether the platform stores SIP passwords in clear text; without it, as the server on this machine is configured, else
# as AG Projects' does by default: yes (portal.core.servers).
NGNPRO_STORE_CLEAR_TEXT_PASSWORDS = env.maybe_flag("NGNPRO_STORE_CLEAR_TEXT_PASSWORDS")
# Names of the platform's DNS servers, and whether everyone may add zones that DNS delegates to others.
NGNPRO_NAME_SERVERS = env.words("NGNPRO_NAME_SERVERS", "")
NGNPRO_FOREIGN_ZONES = env.flag("NGNPRO_FOREIGN_ZONES", False)
# The lowest level that may change the call limit and the networks of an account (ngnpro_wire.facts.member_rights).
MEMBER_SETTINGS = {
    "call_limit_changed_by": env.one_of("NGNPRO_CALL_LIMIT_CHANGED_BY", "RESELLER", _LEVELS).lower(),
    "access_list_changed_by": env.one_of("NGNPRO_ACCESS_LIST_CHANGED_BY", "RESELLER", _LEVELS).lower(),
}
NGNPRO_ENGINES = env.text("NGNPRO_ENGINES", "")
NGNPRO_CA_FILE = env.text("NGNPRO_CA_FILE", "")
NGNPRO_WSDL = env.text("NGNPRO_WSDL", "")
NGNPRO_CONNECT_SECONDS = env.number("NGNPRO_CONNECT_SECONDS", 3)
NGNPRO_READ_SECONDS = env.number("NGNPRO_READ_SECONDS", 20)
# How many calls the pages of one process make at the same time, besides one for each page.
NGNPRO_CALLS_AT_ONCE = int(env.number("NGNPRO_CALLS_AT_ONCE", 16))
