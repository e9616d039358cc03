"""The networks from which one account may be used."""
