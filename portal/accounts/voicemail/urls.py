"""URLs of the voicemail room."""

from django.urls import path

from .views import GreetingAdd, GreetingDelete, GreetingSound, MailboxAdd, MailboxDelete, MailboxEdit

app_name = "voicemail"
urlpatterns = [
    path("", MailboxEdit.as_view(), name="page"),
    path("add/", MailboxAdd.as_view(), name="add"),
    path("delete/", MailboxDelete.as_view(), name="delete"),
    path("greeting/", GreetingSound.as_view(), name="greeting"),
    path("greeting/add/", GreetingAdd.as_view(), name="add-greeting"),
    path("greeting/delete/", GreetingDelete.as_view(), name="delete-greeting"),
]
