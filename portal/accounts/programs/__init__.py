"""Programs that work with an account by themselves: their tokens, and the JSON that they exchange."""
