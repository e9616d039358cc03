"""The words, values and rules behind the pages about forwarding."""
