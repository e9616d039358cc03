"""SipPort: domains, accounts and their settings, and call routing."""
