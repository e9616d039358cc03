"""Makes a platform to look around in, or a large one to measure; every name, domain and number in it is made up."""
