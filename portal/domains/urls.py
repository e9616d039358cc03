"""Addresses of the domains room."""

from django.urls import path

from . import views

app_name = "domains"
urlpatterns = [
    path("", views.DomainList.as_view(), name="list"),
    path("add/", views.DomainAdd.as_view(), name="add"),
    path("suggest/", views.DomainSuggest.as_view(), name="suggest"),
    path("<str:domain>/", views.DomainDetail.as_view(), name="detail"),
    path("<str:domain>/edit/", views.DomainEdit.as_view(), name="edit"),
    path("<str:domain>/delete/", views.DomainDelete.as_view(), name="delete"),
]
