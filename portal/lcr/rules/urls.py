"""URLs of the gateway rules room."""

from django.urls import path

from . import views

app_name = "rules"
urlpatterns = [
    path("", views.RuleList.as_view(), name="list"),
    path("add/", views.RuleAdd.as_view(), name="add"),
    path("<int:rule>/edit/", views.RuleEdit.as_view(), name="edit"),
    path("<int:rule>/delete/", views.RuleDelete.as_view(), name="delete"),
]
