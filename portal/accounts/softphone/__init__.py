"""Setting up a phone: what it asks for, and a code to scan that shows the same on the phone."""
