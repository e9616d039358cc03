"""An operator's own account: password, second factors, recovery codes."""
