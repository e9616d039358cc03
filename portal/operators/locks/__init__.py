"""Names that wait after wrong passwords."""
