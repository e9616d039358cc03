"""Test numbers: calls that are followed before and after each change of the routing."""
