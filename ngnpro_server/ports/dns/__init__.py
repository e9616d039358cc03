"""DnsPort: zones of DNS, their records, and the e-mail aliases and redirects kept with them."""
