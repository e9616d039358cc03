"""The phones of an account: registered phones, setting up a phone, and passwords."""
