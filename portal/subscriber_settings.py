"""Django's settings for what users of accounts have: phones, programs, certificates (docs/settings.md)."""

from __future__ import annotations

from portal import env

# --- Programs of subscribers: how many entries the chat journal of an account may have, and for how many days
CHAT_ENTRIES = int(env.number("PORTAL_CHAT_ENTRIES", 0))
CHAT_DAYS = int(env.number("PORTAL_CHAT_DAYS", 90))

# --- Phones that set themselves up: how they connect, the operator's codes at the makers of apps, and the header in
# which a proxy passes the subject of a phone's certificate, with the addresses from which it is believed
PHONE_TRANSPORT = env.one_of("PORTAL_PHONE_TRANSPORT", "TLS", ("TLS", "TCP", "UDP")).lower()
ACROBITS_ID = env.text("PORTAL_ACROBITS_ID", "")
ZOIPER_ID = env.text("PORTAL_ZOIPER_ID", "")
PHONE_CERTIFICATE_HEADER = env.text("PORTAL_PHONE_CERTIFICATE_HEADER", "")
# Certificates with which users of accounts sign in: certificate and key of the authority, and the proxy's header
CLIENT_CA_FILE = env.text("PORTAL_CLIENT_CA_FILE", "")
CLIENT_CERTIFICATE_HEADER = env.text("PORTAL_CLIENT_CERTIFICATE_HEADER", "")
CERTIFICATE_PROXIES = env.networks("PORTAL_CERTIFICATE_PROXIES", "127.0.0.1,::1")

# --- Payments: the address of the operator's own page, in which {address} stands for the SIP address
PAYMENT_URL = env.text("PORTAL_PAYMENT_URL", "")
# a prepaid account with less than this has little left
LOW_BALANCE = env.number("PORTAL_LOW_BALANCE", 5)

# --- How many accounts their list looks at for a state that NGNPro has no filter for
ACCOUNTS_LOOKED_AT = max(1, int(env.number("PORTAL_ACCOUNTS_LOOKED_AT", 2000)))

# --- Where addresses are: a database file on this machine; the keys and names of regions for emergency calls
GEOIP_FILE = env.text("PORTAL_GEOIP_FILE", "")
EMERGENCY_REGIONS = env.pairs("PORTAL_EMERGENCY_REGIONS")

# --- Self-registration: the file that says in which domains, and how many requests may wait for their confirmation
ENROLMENT_FILE = env.text("PORTAL_ENROLMENT_FILE", "")
ENROLMENT_WAITING = int(env.number("PORTAL_ENROLMENT_WAITING", 500))
