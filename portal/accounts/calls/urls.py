"""Addresses of the calls of an account."""

from django.urls import path

from . import views

app_name = "calls"
urlpatterns = [
    path("", views.CallList.as_view(), name="list"),
    path("export/", views.CallExport.as_view(), name="export"),
    path("days/", views.CallDays.as_view(), name="days"),
    path("<str:call>/", views.CallDetail.as_view(), name="detail"),
]
