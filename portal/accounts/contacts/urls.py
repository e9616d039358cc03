"""URLs of the phonebook of an account."""

from django.urls import path

from . import views

app_name = "contacts"
urlpatterns = [
    path("", views.ContactList.as_view(), name="list"),
    path("add/", views.ContactAdd.as_view(), name="add"),
    path("import/", views.ContactImport.as_view(), name="add-many"),
    path("export/", views.ContactExport.as_view(), name="export"),
    path("<key:contact>/edit/", views.ContactEdit.as_view(), name="edit"),
    path("<key:contact>/delete/", views.ContactDelete.as_view(), name="delete"),
]
