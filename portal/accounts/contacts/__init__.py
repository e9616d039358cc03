"""Phonebook of an account: a part of the accounts room."""
