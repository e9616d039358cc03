"""What the pages of the accounts room write to NGNPro in more than one call."""
