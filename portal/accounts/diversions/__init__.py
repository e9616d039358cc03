"""The diversions room: where an account's calls go instead."""
