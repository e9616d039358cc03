"""Addresses of the incoming room."""

from django.urls import path

from .views import Disturb, IncomingEdit, RejectAdd, RejectRemove

app_name = "incoming"
urlpatterns = [
    path("", IncomingEdit.as_view(), name="page"),
    path("disturb/", Disturb.as_view(), name="disturb"),
    path("reject/add/", RejectAdd.as_view(), name="reject-add"),
    path("reject/remove/", RejectRemove.as_view(), name="reject-remove"),
]
