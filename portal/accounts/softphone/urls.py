"""Addresses of setting up a phone; the link of the code names no account."""

from django.urls import path

from . import views

app_name = "softphone"
urlpatterns = [
    path("softphone/link/<str:token>/", views.Open.as_view(), name="open"),
    path("softphone/phone/", views.Phone.as_view(), name="phone"),
    path("<key:address>/softphone/", views.Softphone.as_view(), name="page"),
    path("<key:address>/softphone/code/", views.Code.as_view(), name="code"),
]
