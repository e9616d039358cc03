"""The pages that only an account's user can open: home, settings, and deletion of the account."""
