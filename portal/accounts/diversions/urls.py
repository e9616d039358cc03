"""Addresses of the diversions room."""

from django.urls import path

from . import views

app_name = "diversions"
urlpatterns = [
    path("", views.DiversionsEdit.as_view(), name="page"),
    path("forward-all/", views.ForwardAll.as_view(), name="forward-all"),
]
