"""Letters: the account information on paper, as a page to print and as PDF, for one account or several."""
