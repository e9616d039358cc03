"""URLs of the mail folder, and of the rooms inside."""

from django.urls import path

from portal.core.rooms import addresses_of_rooms

from . import views

app_name = "mail"
urlpatterns = [
    *addresses_of_rooms("mail"),
    path("folder/", views.Folder.as_view(), name="folder"),
    path("folder/<str:name>/", views.Message.as_view(), name="message"),
]
