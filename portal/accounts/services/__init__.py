"""Services of the accounts room that change NGNPro with several requests."""
