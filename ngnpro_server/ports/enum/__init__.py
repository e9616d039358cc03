"""EnumPort: ranges of telephone numbers, and numbers with their mappings."""
