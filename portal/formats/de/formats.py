"""Days and times in German, with the month as a word (Django's format letters)."""

SHORT_DATE_FORMAT = "j. M Y"
SHORT_DATETIME_FORMAT = "j. M Y, H:i"
MONTH_DAY_FORMAT = "j. F"
DATETIME_FORMAT = "l, j. F Y, H:i"
