"""Backups of the portal and the NGNPro server: copies of databases at one moment, in one file that may be encrypted."""
