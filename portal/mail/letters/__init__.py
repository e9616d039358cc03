"""The letter: what the account information says on paper, as a page to print and as PDF, for one account or several."""
