"""URLs of the routes room."""

from django.urls import path

from . import guided_views, views

app_name = "routes"
urlpatterns = [
    path("", views.RouteList.as_view(), name="list"),
    path("add/", views.RouteAdd.as_view(), name="add"),
    path("guided/", guided_views.GuidedAdd.as_view(), name="guided"),
    path("<int:route>/edit/", views.RouteEdit.as_view(), name="edit"),
    path("<int:route>/delete/", views.RouteDelete.as_view(), name="delete"),
]
