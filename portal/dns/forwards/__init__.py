"""The forwards room: e-mail aliases and redirects of web browsers, which are kept with DNS zones."""
