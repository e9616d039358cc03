"""The framework of the house: what every room stands on. It knows no entity."""
