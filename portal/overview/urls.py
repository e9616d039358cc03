"""URLs of the overview room."""

from django.urls import path

from . import views

app_name = "overview"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("search/", views.Search.as_view(), name="search"),
]
