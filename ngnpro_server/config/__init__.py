"""The server's configuration: its sections, and how it is read."""

from .reading import DEFAULT_PATH, PREFIX, ConfigError, load_config
from .sections import Administrator, Backup, Config, Database, Logins, Platform, Proxy, Retention, Server, Watch

__all__ = [
    "DEFAULT_PATH",
    "PREFIX",
    "Administrator",
    "Backup",
    "Config",
    "ConfigError",
    "Database",
    "Logins",
    "Platform",
    "Proxy",
    "Retention",
    "Server",
    "Watch",
    "load_config",
]
