"""The room of a customer's rating profiles, which are those of their accounts without own ones."""
