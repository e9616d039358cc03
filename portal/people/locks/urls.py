"""URLs of the locks room."""

from django.urls import path

from . import views

app_name = "locks"
urlpatterns = [
    path("", views.LockList.as_view(), name="list"),
    path("release/", views.release, name="release"),
]
