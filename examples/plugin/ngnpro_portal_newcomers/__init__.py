"""An example of a plug-in: a room with the accounts that were added lately, a column, and a mail with first steps."""

PORTAL_INTERFACE = 1
