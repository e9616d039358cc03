"""URLs of the outbox."""

from django.urls import path

from . import views

app_name = "outbox"
urlpatterns = [
    path("", views.OutboxList.as_view(), name="list"),
    path("<uuid:message>/send-again/", views.SendAgain.as_view(), name="send-again"),
]
