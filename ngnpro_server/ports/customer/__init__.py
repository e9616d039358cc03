"""CustomerPort: customers, resellers among them, and their properties."""
