"""VoicemailPort: the voice mailboxes of SIP accounts."""
