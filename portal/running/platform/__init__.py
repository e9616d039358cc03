"""A whole telephone platform on this machine: a SIP proxy, a DNS server, and phones that call each other."""
