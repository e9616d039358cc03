"""Helpers that tests share: real processes, and the in-process NGNPro server that stands in for the platform."""
