"""Labels, values and rules of the forwarding pages."""
