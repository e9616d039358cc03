"""An NGNPro-compatible provisioning server: SOAP in, SQL underneath."""
