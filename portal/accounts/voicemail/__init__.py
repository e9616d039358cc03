"""The voicemail room: an account's mailbox and its greeting."""
