"""The pages that only the user of an account has: home, settings, and deletion of the account."""
