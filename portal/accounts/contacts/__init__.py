"""The phonebook of an account, a section of the accounts room."""
