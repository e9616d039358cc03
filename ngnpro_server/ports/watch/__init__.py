"""WatchPort: what the server watches by itself, an extension of NGNPro's ports."""
