"""An example of a plug-in: a room with new accounts, a column, a mail, a property of customers and a check."""

PORTAL_INTERFACE = 1
