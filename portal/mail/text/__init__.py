"""The text of mails: wording, templates in a sandbox that can replace it, and the brand of the sender."""
