"""Addresses of the groups room."""

from django.urls import path

from . import views

app_name = "groups"
urlpatterns = [
    path("", views.GroupsPage.as_view(), name="page"),
    path("block/", views.Block.as_view(), name="edit-block"),
    path("unblock/", views.Unblock.as_view(), name="edit-unblock"),
]
