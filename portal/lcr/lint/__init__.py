"""The lint room: what in a routing plan is odd, or can never work."""
