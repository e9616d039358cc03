"""The SOAP layer: decodes calls, runs their operations, and encodes the answers."""
