"""The journal room: who changed what, when, from what to what, and how to undo it."""
