"""Credit of a prepaid account: a part of the accounts room."""
