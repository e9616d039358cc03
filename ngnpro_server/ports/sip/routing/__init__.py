"""SipPort: PSTN routing (LCR): carriers, their gateways, the gateways' rules, and routes."""
