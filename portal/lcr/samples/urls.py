"""URLs of the test numbers room."""

from django.urls import path

from . import views

app_name = "samples"
urlpatterns = [
    path("", views.SampleList.as_view(), name="list"),
    path("add/", views.SampleAdd.as_view(), name="add"),
    path("<int:sample>/edit/", views.SampleEdit.as_view(), name="edit"),
    path("<int:sample>/delete/", views.SampleDelete.as_view(), name="delete"),
]
