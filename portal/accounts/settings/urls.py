"""The address of the user's own settings."""

from django.urls import path

from . import views

app_name = "settings"
urlpatterns = [path("", views.OwnSettings.as_view(), name="page")]
