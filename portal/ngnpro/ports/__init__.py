"""The ports of NGNPro, one module each: a method for every operation."""
