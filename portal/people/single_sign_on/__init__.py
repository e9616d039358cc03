"""Single sign-on with OpenID Connect: the operators' provider, and one of each reseller for their customers."""
