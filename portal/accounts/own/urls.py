"""URLs of the pages that only the user of an account has; the link in the mail about deletion names no account."""

from django.urls import path

from . import views

app_name = "own"
urlpatterns = [
    path("removal/link/<str:token>/", views.Open.as_view(), name="removal-open"),
    path("removal/confirm/", views.Confirm.as_view(), name="removal-confirm"),
    path("<key:address>/home/", views.Home.as_view(), name="home"),
    path("<key:address>/settings/", views.OwnSettings.as_view(), name="settings"),
    path("<key:address>/removal/", views.Removal.as_view(), name="removal"),
]
