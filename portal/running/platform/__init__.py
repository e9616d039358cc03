"""What `make run-platform` adds to `make run`: a SIP proxy, a DNS server, and two phones that call each other."""
