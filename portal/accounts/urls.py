"""URLs of accounts: list, record, groups and permitted networks."""

from django.urls import path

from portal.core.rooms import addresses_of_rooms

from .views import records, rights

app_name = "accounts"
urlpatterns = [
    *addresses_of_rooms("accounts"),
    path("", records.AccountList.as_view(), name="list"),
    path("add/", records.AccountAdd.as_view(), name="add"),
    path("<key:address>/added/", records.AccountAdded.as_view(), name="added"),
    path("<key:address>/edit/", records.AccountEdit.as_view(), name="edit"),
    path("<key:address>/delete/", records.AccountDelete.as_view(), name="delete"),
    path("<key:address>/groups/", rights.GroupsPage.as_view(), name="groups"),
    path("<key:address>/groups/block/", rights.Block.as_view(), name="block"),
    path("<key:address>/groups/unblock/", rights.Unblock.as_view(), name="unblock"),
    path("<key:address>/acl/", rights.NetworksEdit.as_view(), name="acl"),
    path("<key:address>/", records.AccountDetail.as_view(), name="detail"),
]
