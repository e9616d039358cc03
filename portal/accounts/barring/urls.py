"""Addresses of the barring room."""

from django.urls import path

from .views import BarringEdit

app_name = "barring"
urlpatterns = [path("", BarringEdit.as_view(), name="page")]
