"""Formats of Romanian."""
