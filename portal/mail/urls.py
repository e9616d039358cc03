"""Addresses of the mail room."""

from django.urls import path

from . import views

app_name = "mail"
urlpatterns = [
    path("folder/", views.Folder.as_view(), name="folder"),
    path("folder/<str:name>/", views.Message.as_view(), name="message"),
]
