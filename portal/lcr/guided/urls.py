"""Addresses of the guided room."""

from django.urls import path

from . import views

app_name = "guided"
urlpatterns = [path("", views.GuidedAdd.as_view(), name="add")]
