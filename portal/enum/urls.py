"""URLs of the ENUM rooms."""

from portal.core.rooms import addresses_of_rooms

app_name = "enum"
urlpatterns = addresses_of_rooms("enum")
