"""SipPort: PSTN routing (LCR): carriers, their gateways, the rules of gateways, and routes."""
