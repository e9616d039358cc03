"""What `manage.py check_install` looks at: settings, files, and everything that the portal connects to."""
