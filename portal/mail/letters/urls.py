"""URLs of the letters."""

from django.urls import path

from . import views

app_name = "letters"
urlpatterns = [
    path("", views.LettersPage.as_view(), name="page"),
    path("pdf/", views.LettersPdf.as_view(), name="pdf"),
]
