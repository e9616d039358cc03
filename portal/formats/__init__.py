"""How days and times are written in each language, where that differs from Django's formats."""
