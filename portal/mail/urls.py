"""Addresses of the mail room."""

from django.urls import include, path

from . import views

app_name = "mail"
urlpatterns = [
    path("outbox/", include("portal.mail.outbox.urls")),
    path("send/", include("portal.mail.send.urls")),
    path("letters/", include("portal.mail.letters.urls")),
    path("templates/", include("portal.mail.templates.urls")),
    path("folder/", views.Folder.as_view(), name="folder"),
    path("folder/<str:name>/", views.Message.as_view(), name="message"),
]
