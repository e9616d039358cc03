"""Addresses of the ranges room."""

from django.urls import path

from . import views

app_name = "ranges"
urlpatterns = [
    path("", views.RangeList.as_view(), name="list"),
    path("add/", views.RangeAdd.as_view(), name="add"),
    path("<str:prefix>/<str:tld>/", views.RangeDetail.as_view(), name="detail"),
    path("<str:prefix>/<str:tld>/edit/", views.RangeEdit.as_view(), name="edit"),
    path("<str:prefix>/<str:tld>/delete/", views.RangeDelete.as_view(), name="delete"),
]
