"""Addresses of the session room."""

from django.urls import path

from . import views

app_name = "session"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("theme/", views.choose_theme, name="theme"),
]
