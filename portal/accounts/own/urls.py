"""URLs of the pages of an account's user; the deletion link in the mail does not contain the account."""

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
