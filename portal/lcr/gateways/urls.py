"""URLs of the gateways room."""

from django.urls import path

from . import views

app_name = "gateways"
urlpatterns = [
    path("", views.GatewayList.as_view(), name="list"),
    path("add/", views.GatewayAdd.as_view(), name="add"),
    path("<int:gateway>/", views.GatewayDetail.as_view(), name="detail"),
    path("<int:gateway>/edit/", views.GatewayEdit.as_view(), name="edit"),
    path("<int:gateway>/delete/", views.GatewayDelete.as_view(), name="delete"),
]
