"""URLs of the calls and the credit of an account."""

from django.urls import path

from .views import calls, credit

app_name = "calls"
urlpatterns = [
    path("calls/", calls.CallList.as_view(), name="list"),
    path("calls/export/", calls.CallExport.as_view(), name="export"),
    path("calls/days/", calls.CallDays.as_view(), name="days"),
    path("calls/<str:call>/", calls.CallDetail.as_view(), name="detail"),
    path("credit/", credit.CreditHistory.as_view(), name="credit"),
    path("credit/export/", credit.CreditExport.as_view(), name="credit-export"),
    path("credit/add/", credit.CreditAdd.as_view(), name="credit-add"),
    path("credit/voucher/", credit.CreditVoucher.as_view(), name="credit-voucher"),
]
