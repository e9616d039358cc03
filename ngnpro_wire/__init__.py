"""The only code that the portal and the server share: the WSDL, its schema, the codec, facts and the HTTP server."""
