"""Management commands about operators."""
