"""URLs of the templates of mails."""

from django.urls import path

from . import views

app_name = "templates"
urlpatterns = [
    path("", views.TemplateList.as_view(), name="list"),
    path("brand/", views.BrandPage.as_view(), name="brand"),
    path("brand/logo/", views.Logo.as_view(), name="logo"),
    path("senders/", views.Senders.as_view(), name="senders"),
    path("<slug:mail>/", views.TemplatePage.as_view(), name="page"),
    path("<slug:mail>/look/", views.ShowHtml.as_view(), name="look"),
    path("<slug:mail>/test/", views.SendTest.as_view(), name="test"),
    path("<slug:mail>/choose/", views.Choose.as_view(), name="choose"),
]
