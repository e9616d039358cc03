"""How people prove who they are: second factors, one-use links, pauses after wrong tries, and where they are signed in.

It has no pages; the rooms session and operators stand on it (docs/decisions/09-signing-in.md).
"""
