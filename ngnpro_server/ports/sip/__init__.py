"""SipPort: domains, accounts and all that an account has, and call routing."""
