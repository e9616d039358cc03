"""Signing in: second factors, one-use links, lockouts after wrong passwords, and sessions.

The modules directly in this package have no pages; its subpackages, such as the rooms session and operators, use them
(docs/decisions/09-signing-in.md).
"""
