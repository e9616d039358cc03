"""URLs of forgotten passwords."""

from django.urls import path

from . import views

app_name = "password"
urlpatterns = [
    path("forgotten/", views.Forgotten.as_view(), name="forgotten"),
    path("link/<str:token>/", views.Open.as_view(), name="open"),
    path("new/", views.New.as_view(), name="new"),
]
