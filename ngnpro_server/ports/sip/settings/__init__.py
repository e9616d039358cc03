"""SipPort: what an account has set about its calls: diversions, rules for callers, barring, phonebook."""
