"""URLs of the export and import of domains."""

from django.urls import path

from . import views

app_name = "transfer"
urlpatterns = [
    path("import/", views.TransferImport.as_view(), name="import"),
    path("import/<uuid:transfer>/", views.TransferImportPage.as_view(), name="import-page"),
    path("<key:domain>/export/", views.TransferExport.as_view(), name="export"),
]
