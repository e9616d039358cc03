"""What the portal and the server share, and all they share: the WSDL, its tables and one codec."""
