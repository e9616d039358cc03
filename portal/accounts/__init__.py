"""The accounts room: SIP accounts of subscribers."""
