"""PresencePort: who is there, and who wants to know it."""
