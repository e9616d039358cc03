"""Addresses of the credit of an account."""

from django.urls import path

from . import views

app_name = "credit"
urlpatterns = [
    path("", views.CreditHistory.as_view(), name="page"),
    path("export/", views.CreditExport.as_view(), name="export"),
    path("add/", views.CreditAdd.as_view(), name="add"),
    path("voucher/", views.CreditVoucher.as_view(), name="add-voucher"),
]
