"""The web portal for NGNPro."""
