"""URLs of the operators room."""

from django.urls import path

from portal.core.rooms import addresses_of_rooms

from . import views

app_name = "operators"
urlpatterns = [
    *addresses_of_rooms("operators"),
    path("", views.OperatorList.as_view(), name="list"),
    path("add/", views.OperatorAdd.as_view(), name="add"),
    path("<int:operator>/edit/", views.OperatorEdit.as_view(), name="edit"),
    path("<int:operator>/added/", views.OperatorAdded.as_view(), name="added"),
    path("<int:operator>/renew/", views.OperatorRenew.as_view(), name="renew"),
    path("<int:operator>/reset/", views.OperatorReset.as_view(), name="reset"),
    path("<int:operator>/delete/", views.OperatorDelete.as_view(), name="delete"),
]
