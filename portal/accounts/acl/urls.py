"""Addresses of the acl room."""

from django.urls import path

from . import views

app_name = "acl"
urlpatterns = [path("", views.NetworksEdit.as_view(), name="page")]
