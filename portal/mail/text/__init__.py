"""What mails say: their wording, which templates in a sandbox can replace, and in whose name they are written."""
