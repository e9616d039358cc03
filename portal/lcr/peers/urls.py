"""URLs of the trusted peers room."""

from django.urls import path

from . import views

app_name = "peers"
urlpatterns = [
    path("", views.PeerList.as_view(), name="list"),
    path("add/", views.PeerAdd.as_view(), name="add"),
    path("<key:peer>/edit/", views.PeerEdit.as_view(), name="edit"),
    path("<key:peer>/delete/", views.PeerDelete.as_view(), name="delete"),
    path("<key:peer>/", views.PeerDetail.as_view(), name="detail"),
]
