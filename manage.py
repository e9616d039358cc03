#!/usr/bin/env python
"""Run the portal's management commands."""

from portal.manage import main

if __name__ == "__main__":
    main()
