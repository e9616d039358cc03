"""The colour, logo and icons of a brand, and what a browser needs to install the portal as an app.

They are open to everybody, because the sign-in page uses them; a brand is found by a random id only.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.mail.text.brand import COLOUR
from portal.mail.text.models import MailBrand

from .services import ICON_SIZES, draw_icon

# Their addresses change with the brand.
keep_a_year = cache_control(max_age=365 * 24 * 3600, public=True, immutable=True)
_BACKGROUND = "#ffffff"


def _row(brand: str) -> MailBrand:
    return get_object_or_404(MailBrand, public_id=brand)


@require_safe
@keep_a_year
def style(request: HttpRequest, brand: str) -> HttpResponse:
    """Return the stylesheet with the accent colour, which was checked when it was stored."""
    row = _row(brand)
    return HttpResponse(f":root {{ --accent: {row.colour or COLOUR}; }}\n", content_type="text/css")


@require_safe
@keep_a_year
def logo(request: HttpRequest, brand: str) -> HttpResponse:
    """Return the logo."""
    row = _row(brand)
    if not row.logo:
        raise Http404
    return HttpResponse(bytes(row.logo), content_type="image/png")


@require_safe
@keep_a_year
def icon(request: HttpRequest, brand: str, size: int) -> HttpResponse:
    """Return the logo as the square icon of an app, in one of two sizes."""
    if size not in ICON_SIZES:
        raise Http404
    return HttpResponse(draw_icon(_row(brand), size), content_type="image/png")


@require_safe
def app(request: HttpRequest, brand: str = "") -> HttpResponse:
    """Return the manifest with which a browser installs the portal as an app (W3C Web Application Manifest)."""
    row = _row(brand) if brand else MailBrand()
    name = row.name or _("NGNPro portal")
    manifest = {
        "name": name,
        "short_name": name[:12],
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _BACKGROUND,
        "theme_color": row.colour or "#0b6477",
        "icons": [_icon(row, brand, size) for size in ICON_SIZES],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


def _icon(row: MailBrand, brand: str, size: int) -> dict[str, Any]:
    has_own = row.logo or row.colour
    source = f"{reverse('brand:icon', args=[brand, size])}?v={row.changed_at.timestamp():.0f}" if has_own else ""
    return {"src": source or static(f"app-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, which shows a page of its own while the portal cannot be reached."""
    answer = render(request, "brand/worker.js", content_type="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show that the portal cannot be reached; browsers store this page when the service worker is installed."""
    return render(request, "brand/offline.html")
