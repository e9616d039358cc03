"""URLs of the journal room."""

from django.urls import path

from . import views

app_name = "journal"
urlpatterns = [
    path("", views.JournalList.as_view(), name="list"),
    path("export/", views.JournalExport.as_view(), name="export"),
    path("record/<slug:kind>/<key:key>/", views.RecordHistory.as_view(), name="record"),
    path("<int:entry>/", views.EntryDetail.as_view(), name="detail"),
    path("<int:entry>/undo/", views.EntryUndo.as_view(), name="undo"),
]
