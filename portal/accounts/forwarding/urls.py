"""URLs of the forwarding of an account: diversions, rules for incoming calls and barred prefixes."""

from django.urls import path

from .views.barring import BarringEdit
from .views.diversions import DiversionsEdit, ForwardAll
from .views.incoming import Disturb, IncomingEdit, RejectAdd, RejectRemove

app_name = "forwarding"
urlpatterns = [
    path("diversions/", DiversionsEdit.as_view(), name="diversions"),
    path("diversions/forward-all/", ForwardAll.as_view(), name="diversions-all"),
    path("incoming/", IncomingEdit.as_view(), name="incoming"),
    path("incoming/disturb/", Disturb.as_view(), name="incoming-disturb"),
    path("incoming/reject/add/", RejectAdd.as_view(), name="incoming-reject"),
    path("incoming/reject/remove/", RejectRemove.as_view(), name="incoming-accept"),
    path("barring/", BarringEdit.as_view(), name="barring"),
]
