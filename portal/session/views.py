"""Pages of the session room."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.core.navigation import THEME_COOKIE, THEMES

from .forms import SignInForm

YEAR = 365 * 24 * 3600


class SignIn(auth_views.LoginView):
    """Name and password; too many failures from one place pause that name there (django-axes)."""

    authentication_form = SignInForm
    template_name = "session/sign-in.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class SignOut(auth_views.LogoutView):
    """Ends the session; by POST only."""

    http_method_names = ["post", "options"]


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """Say that a name is paused after too many failures, and for how long."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "session/paused.html", {"minutes": minutes}, status=429)


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or as the system in a cookie, and go back to the page."""
    page = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(page if safe else "/")
    if request.POST.get("theme") in THEMES:
        response.set_cookie(
            THEME_COOKIE, request.POST["theme"], YEAR, samesite="Lax", secure=settings.TLS, httponly=True
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
