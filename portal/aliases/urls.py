"""URLs of the aliases room."""

from django.urls import path

from . import views

app_name = "aliases"
urlpatterns = [
    path("", views.AliasList.as_view(), name="list"),
    path("add/", views.AliasAdd.as_view(), name="add"),
    path("<key:alias>/edit/", views.AliasEdit.as_view(), name="edit"),
    path("<key:alias>/delete/", views.AliasDelete.as_view(), name="delete"),
]
