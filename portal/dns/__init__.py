"""The DNS rooms: zones, their records, and the e-mail aliases and redirects kept with them."""
