"""Tests in a real browser, against the real portal, worker and NGNPro server."""
