"""Template tags of the proxies room."""
