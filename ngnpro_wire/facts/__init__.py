"""The meaning of NGNPro's values, for the portal and the server: each fact is defined here once."""
