"""SipPort: settings of an account for its calls: diversions, rules for callers, barred prefixes, phonebook."""
