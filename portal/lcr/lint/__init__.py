"""The lint room: findings about a routing plan, what is unusual or can never work."""
