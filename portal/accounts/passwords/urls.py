"""Addresses of the passwords room."""

from django.urls import path

from . import views

app_name = "passwords"
urlpatterns = [
    path("", views.PasswordsPage.as_view(), name="page"),
    path("show/", views.ShowPassword.as_view(), name="show"),
]
