"""The liveness check: it only shows that the process answers. `/ready` checks whether it can work."""

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
