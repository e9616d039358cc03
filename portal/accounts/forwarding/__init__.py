"""Where calls of an account go, which callers come through, and what it may not call."""
