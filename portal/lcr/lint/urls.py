"""URLs of the lint room."""

from django.urls import path

from . import views

app_name = "lint"
urlpatterns = [path("", views.Lint.as_view(), name="page")]
