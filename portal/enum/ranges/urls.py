"""URLs of the ranges room."""

from django.urls import path

from . import views

app_name = "ranges"
urlpatterns = [
    path("", views.RangeList.as_view(), name="list"),
    path("add/", views.RangeAdd.as_view(), name="add"),
    path("<key:prefix>/<key:tld>/edit/", views.RangeEdit.as_view(), name="edit"),
    path("<key:prefix>/<key:tld>/delete/", views.RangeDelete.as_view(), name="delete"),
    path("<key:prefix>/<key:tld>/", views.RangeDetail.as_view(), name="detail"),
]
