"""Days and times in Spanish, with the month as a word (Django's format letters)."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j \\d\\e F"
DATETIME_FORMAT = "l j \\d\\e F \\d\\e Y, H:i"
