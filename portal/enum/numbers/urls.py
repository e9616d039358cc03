"""Addresses of the numbers room."""

from django.urls import path

from . import views

app_name = "numbers"
urlpatterns = [
    path("", views.NumberList.as_view(), name="list"),
    path("add/", views.NumberAdd.as_view(), name="add"),
    path("<key:number>/<key:tld>/edit/", views.NumberEdit.as_view(), name="edit"),
    path("<key:number>/<key:tld>/delete/", views.NumberDelete.as_view(), name="delete"),
    path("<key:number>/<key:tld>/", views.NumberDetail.as_view(), name="detail"),
]
