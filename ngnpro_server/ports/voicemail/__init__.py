"""VoicemailPort: mailboxes of SIP accounts."""
