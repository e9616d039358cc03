"""The test numbers room: calls whose way is compared before and after each change of the routing."""
