"""The embedded queue, for one machine without Redis: an SQLite file, and a kombu transport over it for Celery."""
