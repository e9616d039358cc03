"""NetworkPort: the machines of the platform, as far as the server knows them."""
