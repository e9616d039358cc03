"""Call forwarding, rules for incoming calls, and barred numbers of an account."""
