"""URLs of an operator's own account."""

from django.urls import path

from . import views

app_name = "own"
urlpatterns = [
    path("", views.OwnPage.as_view(), name="page"),
    path("password/", views.OwnPassword.as_view(), name="password"),
    path("email/", views.OwnEmail.as_view(), name="email"),
    path("app/", views.OwnApp.as_view(), name="app"),
    path("app/remove/", views.AppRemove.as_view(), name="app-remove"),
    path("passkey/", views.OwnPasskey.as_view(), name="passkey"),
    path("passkey/<int:passkey>/remove/", views.PasskeyRemove.as_view(), name="passkey-remove"),
    path("codes/", views.OwnCodes.as_view(), name="codes"),
]
