"""The SOAP layer: from bytes to a call of an operation, and back."""
