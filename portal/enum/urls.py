"""Addresses of the ENUM rooms."""

from django.urls import include, path

app_name = "enum"
urlpatterns = [
    path("ranges/", include("portal.enum.ranges.urls")),
    path("numbers/", include("portal.enum.numbers.urls")),
]
