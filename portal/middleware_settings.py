"""Django's middleware, in the order in which a request passes it (docs/architecture.md), and what pages may load."""

from __future__ import annotations

from csp.constants import NONE, SELF

MIDDLEWARE = [
    "portal.core.middleware.RequestIdMiddleware",
    "portal.running.metrics.MetricsMiddleware",
    "portal.api.middleware.ProblemMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # It adds a random number of bytes, so that the length of a page tells nothing of what is in it (BREACH).
    "portal.core.middleware.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.core.middleware.PrivacyMiddleware",
    "portal.core.middleware.OnceMiddleware",
    "portal.people.tokens.middleware.NoCookiesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.people.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.core.middleware.BodyLimitMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.people.middleware.SignedInMiddleware",
    "portal.people.middleware.ViewerMiddleware",
    "portal.people.tokens.middleware.TokenMiddleware",
    "portal.core.middleware.AccessMiddleware",
    "portal.people.middleware.DutyMiddleware",
    "portal.core.sent_forms.SentFormMiddleware",
    "portal.core.middleware.NgnproErrorMiddleware",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
