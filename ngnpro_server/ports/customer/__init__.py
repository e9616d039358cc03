"""CustomerPort: customers, including resellers, and their properties."""
