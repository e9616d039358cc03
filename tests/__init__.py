"""The tests; their folders mirror the ones of the parts they test."""
