"""What people keep for lists: saved views, and chosen columns."""
