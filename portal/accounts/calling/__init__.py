"""The room that says whether an account's call to somebody succeeds, and if not, why."""
