"""What NGNPro's values mean, for both sides of the wire: one function for each fact, and no copy of it anywhere."""
