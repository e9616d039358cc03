"""Says that the process answers, and nothing more: whether it can work is asked at `/ready`."""

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")
