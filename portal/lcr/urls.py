"""URLs of the routing rooms."""

from portal.core.rooms import addresses_of_rooms

app_name = "lcr"
urlpatterns = addresses_of_rooms("lcr")
