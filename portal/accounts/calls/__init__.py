"""The calls and the prepaid credit of an account."""
