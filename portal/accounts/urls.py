"""Addresses of the accounts room."""

from django.urls import include, path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.AccountList.as_view(), name="list"),
    path("add/", views.AccountAdd.as_view(), name="add"),
    path("<key:address>/diversions/", include("portal.accounts.diversions.urls")),
    path("<key:address>/voicemail/", include("portal.accounts.voicemail.urls")),
    path("<key:address>/barring/", include("portal.accounts.barring.urls")),
    path("<key:address>/incoming/", include("portal.accounts.incoming.urls")),
    path("<key:address>/added/", views.AccountAdded.as_view(), name="added"),
    # Before the pages below: its own end in edit/ and delete/, too.
    path("<key:address>/contacts/", include("portal.accounts.contacts.urls")),
    path("<key:address>/edit/", views.AccountEdit.as_view(), name="edit"),
    path("<key:address>/groups/", include("portal.accounts.groups.urls")),
    path("<key:address>/acl/", include("portal.accounts.acl.urls")),
    path("<key:address>/passwords/", include("portal.accounts.passwords.urls")),
    path("<key:address>/delete/", views.AccountDelete.as_view(), name="delete"),
    path("", include("portal.accounts.removal.urls")),
    path("", include("portal.accounts.softphone.urls")),
    path("<key:address>/home/", include("portal.accounts.home.urls")),
    path("<key:address>/settings/", include("portal.accounts.settings.urls")),
    path("<key:address>/devices/", include("portal.accounts.devices.urls")),
    path("<key:address>/credit/", include("portal.accounts.credit.urls")),
    path("<key:address>/calls/", include("portal.accounts.calls.urls")),
    path("<key:address>/", views.AccountDetail.as_view(), name="detail"),
]
