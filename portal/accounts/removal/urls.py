"""Addresses of account deletion by its user; the link of the mail names no account."""

from django.urls import path

from . import views

app_name = "removal"
urlpatterns = [
    path("removal/link/<str:token>/", views.Open.as_view(), name="open"),
    path("removal/confirm/", views.Confirm.as_view(), name="confirm"),
    path("<key:address>/removal/", views.Removal.as_view(), name="page"),
]
