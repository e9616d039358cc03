"""Which brand a page is shown in: that of the viewer's reseller, else that of the address at which it was opened.

The brand is stored beside the one of mails (``portal.mail.text.models.MailBrand``). It is cached for some seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from PIL import Image, ImageColor

from portal.core.viewer import Role, Viewer
from portal.mail.text.brand import COLOUR, engine_name
from portal.mail.text.models import MailBrand

CACHE_SECONDS = 15
ICON_SIZES = (192, 512)
_MARGIN = 8  # the part of an icon's width on each side of the logo, as 1/8


@dataclass(frozen=True, slots=True)
class PortalBrand:
    """The name of the portal for its users, and the addresses of colour, logo and app; empty for the portal's own."""

    name: str = ""
    style: str = ""
    logo: str = ""
    app: str = ""


def shown_brand(request: HttpRequest) -> dict[str, Any]:
    """Return the brand of a page, as ``portal_brand``, for the context of every template."""
    viewer = getattr(request, "viewer", Viewer(Role.NOBODY))
    return {"portal_brand": brand_for(viewer, request.META.get("HTTP_HOST", ""))}


def brand_for(viewer: Viewer, host: str) -> PortalBrand:
    """Return the brand of the viewer's reseller, else that of the host name they use, else that of the platform."""
    if viewer.reseller and viewer.role is not Role.OPERATOR:
        own = _of_reseller(engine_name(viewer.engine), viewer.reseller)
        return own if own != PortalBrand() else _by_host("")
    return _by_host(host.partition(":")[0].lower())


def _by_host(host: str) -> PortalBrand:
    brands: dict[str, PortalBrand] | None = cache.get("brand-hosts")
    if brands is None:
        rows = MailBrand.objects.exclude(host="", reseller__gt=0)
        brands = {row.host if row.reseller else "": _shown(row) for row in rows}
        cache.set("brand-hosts", brands, CACHE_SECONDS)
    return brands.get(host) or brands.get("", PortalBrand())


def _of_reseller(engine: str, reseller: int) -> PortalBrand:
    key = f"brand:{engine}:{reseller}"
    found: PortalBrand | None = cache.get(key)
    if found is None:
        row = MailBrand.objects.filter(engine=engine, reseller=reseller).first()
        found = _shown(row) if row else PortalBrand()
        cache.set(key, found, CACHE_SECONDS)
    return found


def _shown(row: MailBrand) -> PortalBrand:
    def url(page: str) -> str:
        return f"{reverse(f'brand:{page}', args=[row.public_id])}?v={row.changed_at.timestamp():.0f}"

    return PortalBrand(
        name=row.name,
        style=url("style") if row.colour else "",
        logo=url("logo") if row.logo else "",
        app=url("app") if row.name else "",
    )


def draw_icon(row: MailBrand, size: int) -> bytes:
    """Return a square PNG of the logo on white, with a margin, or of the colour without a logo."""
    icon = Image.new("RGB", (size, size), "white" if row.logo else ImageColor.getrgb(row.colour or COLOUR))
    if row.logo:
        with Image.open(BytesIO(row.logo), formats=["PNG"]) as logo:
            inside = size - 2 * size // _MARGIN
            factor = inside / max(logo.size)
            drawn = logo.convert("RGBA").resize([max(1, round(side * factor)) for side in logo.size])
            icon.paste(drawn, ((size - drawn.width) // 2, (size - drawn.height) // 2), drawn)
    written = BytesIO()
    icon.save(written, "PNG", optimize=True)
    return written.getvalue()
