"""Templates of mails: what they say, how they look, and which are sent; for the platform, and for each reseller."""
