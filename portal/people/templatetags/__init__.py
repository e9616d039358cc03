"""Template tags of the people package."""
