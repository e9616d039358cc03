"""Addresses of the phones of an account."""

from django.urls import path

from . import views

app_name = "devices"
urlpatterns = [path("", views.DeviceList.as_view(), name="list")]
