"""A new outbound route in one form: carrier, gateway, rule and route."""
