"""URLs of the second step."""

from django.urls import path

from . import views

app_name = "second"
urlpatterns = [
    path("", views.SecondStep.as_view(), name="step"),
]
