"""URLs of a person's own sessions."""

from django.urls import path

from . import views

app_name = "places"
urlpatterns = [
    path("", views.Places.as_view(), name="list"),
    path("<int:place>/end/", views.end_one, name="end"),
    path("end/", views.end_others, name="end-others"),
]
