"""The SIP proxies of a platform on our own server: which of them have loaded the latest changes."""
