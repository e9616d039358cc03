"""URLs of the customers room."""

from django.urls import path

from . import views
from .properties import views as properties

app_name = "customers"
urlpatterns = [
    path("", views.ResellerList.as_view(), name="list"),
    path("all/", views.CustomerSearch.as_view(), name="search"),
    path("suggest/", views.ResellerSuggest.as_view(), name="suggest"),
    path("add/", views.CustomerAdd.as_view(), name="add"),
    path("add-reseller/", views.ResellerAdd.as_view(), name="add-reseller"),
    path("add-with-domain/", views.CustomerAddWithDomain.as_view(), name="add-with-domain"),
    path("<int:customer>/", views.CustomerDetail.as_view(), name="detail"),
    path("<int:customer>/added/", views.CustomerAdded.as_view(), name="added"),
    path("<int:customer>/copy/", views.CustomerCopy.as_view(), name="copy"),
    path("<int:customer>/edit/", views.CustomerEdit.as_view(), name="edit"),
    path("<int:customer>/delete/", views.CustomerDelete.as_view(), name="delete"),
    path("<int:customer>/properties/", properties.PropertiesDetail.as_view(), name="properties"),
    path("<int:customer>/properties/edit/", properties.PropertiesEdit.as_view(), name="edit-properties"),
]
