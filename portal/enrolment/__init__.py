"""Self-registration: people without an account get one after they have confirmed their e-mail address."""
