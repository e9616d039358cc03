"""Logins of CDRTool as operators: reading them, planning what becomes of each, and adding them."""
