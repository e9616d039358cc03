"""URLs of the phones and passwords of an account; the link in the code does not contain the account."""

from django.urls import path

from .views import passwords, phones

app_name = "phones"
urlpatterns = [
    path("softphone/link/<str:token>/", phones.Open.as_view(), name="set-up-open"),
    path("softphone/phone/", phones.Phone.as_view(), name="set-up-here"),
    path("<key:address>/devices/", phones.DeviceList.as_view(), name="list"),
    path("<key:address>/softphone/", phones.Softphone.as_view(), name="set-up"),
    path("<key:address>/softphone/code/", phones.Code.as_view(), name="set-up-code"),
    path("<key:address>/passwords/", passwords.PasswordsPage.as_view(), name="passwords"),
    path("<key:address>/passwords/show/", passwords.ShowPassword.as_view(), name="passwords-show"),
]
