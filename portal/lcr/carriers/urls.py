"""URLs of the carriers room."""

from django.urls import path

from . import views

app_name = "carriers"
urlpatterns = [
    path("", views.CarrierList.as_view(), name="list"),
    path("add/", views.CarrierAdd.as_view(), name="add"),
    path("<int:carrier>/", views.CarrierDetail.as_view(), name="detail"),
    path("<int:carrier>/edit/", views.CarrierEdit.as_view(), name="edit"),
    path("<int:carrier>/delete/", views.CarrierDelete.as_view(), name="delete"),
]
