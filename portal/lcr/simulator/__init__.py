"""The simulator room: where a call to a number would go."""
