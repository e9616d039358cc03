"""URLs of the simulator room."""

from django.urls import path

from . import views

app_name = "simulator"
urlpatterns = [path("", views.Simulator.as_view(), name="try")]
