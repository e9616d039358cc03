"""The records room: records of DNS zones."""
