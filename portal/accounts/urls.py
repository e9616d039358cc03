"""Addresses of the accounts room."""

from django.urls import path

from portal.core.registry import addresses_of_rooms

from . import views

app_name = "accounts"
urlpatterns = [
    *addresses_of_rooms("accounts"),
    path("", views.AccountList.as_view(), name="list"),
    path("add/", views.AccountAdd.as_view(), name="add"),
    path("<key:address>/added/", views.AccountAdded.as_view(), name="added"),
    path("<key:address>/edit/", views.AccountEdit.as_view(), name="edit"),
    path("<key:address>/delete/", views.AccountDelete.as_view(), name="delete"),
    path("<key:address>/", views.AccountDetail.as_view(), name="detail"),
]
