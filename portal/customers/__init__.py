"""The customers room: resellers and their customers, who own all other records."""
