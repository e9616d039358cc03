"""Backups of the portal together with the NGNPro server on this machine, as both were at one moment."""
