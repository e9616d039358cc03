"""URLs of the pages that send."""

from django.urls import path

from . import views

app_name = "send"
urlpatterns = [
    path("accounts/", views.SendAccounts.as_view(), name="accounts"),
    path("customer/<int:customer>/", views.SendCustomer.as_view(), name="customer"),
]
