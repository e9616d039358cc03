"""URLs of the numbers room."""

from django.urls import path

from . import views

app_name = "numbers"
urlpatterns = [
    path("", views.NumberList.as_view(), name="list"),
    path("add/", views.NumberAdd.as_view(), name="add"),
    path("suggest/", views.NumberSuggest.as_view(), name="suggest"),
    path("pick/", views.NumberPick.as_view(), name="pick"),
    path("<key:number>/<key:tld>/move/", views.NumberMove.as_view(), name="move"),
    path("<key:number>/<key:tld>/edit/", views.NumberEdit.as_view(), name="edit"),
    path("<key:number>/<key:tld>/delete/", views.NumberDelete.as_view(), name="delete"),
    path("<key:number>/<key:tld>/", views.NumberDetail.as_view(), name="detail"),
]
