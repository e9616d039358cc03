"""The brand of resellers on the portal's pages, and the portal as an app on a phone."""
