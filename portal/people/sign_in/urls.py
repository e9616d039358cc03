"""URLs of the session room."""

from django.urls import path

from portal.core.rooms import addresses_of_rooms

from . import views

app_name = "session"
urlpatterns = [
    *addresses_of_rooms("session"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("act/", views.Act.as_view(), name="act"),
    path("act/change/", views.allow_changes, name="act-change"),
    path("act/stop/", views.stop_acting, name="act-stop"),
    path("engine/", views.change_engine, name="engine"),
    path("theme/", views.choose_theme, name="theme"),
]
