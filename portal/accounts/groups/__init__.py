"""The groups of one account: its rights and states, given and taken one at a time."""
