"""URLs of the domains room."""

from django.urls import path

from portal.core.rooms import addresses_of_rooms

from . import views

app_name = "domains"
urlpatterns = [
    *addresses_of_rooms("domains"),
    path("", views.DomainList.as_view(), name="list"),
    path("add/", views.DomainAdd.as_view(), name="add"),
    path("certificates/", views.DomainCertificates.as_view(), name="certificates"),
    path("suggest/", views.DomainSuggest.as_view(), name="suggest"),
    path("<key:domain>/edit/", views.DomainEdit.as_view(), name="edit"),
    path("<key:domain>/delete/", views.DomainDelete.as_view(), name="delete"),
    path("<key:domain>/", views.DomainDetail.as_view(), name="detail"),
]
