"""PlatformPort: the SIP proxies on the tables of this server, an extension of NGNPro's ports."""
