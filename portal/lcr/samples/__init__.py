"""The test numbers room: calls that are traced before and after each change of the routing."""
