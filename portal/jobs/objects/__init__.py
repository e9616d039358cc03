"""Records as JSON objects, as the API and the file of a platform have them."""
