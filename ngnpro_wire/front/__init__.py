"""The HTTP server of both programs: waitress handles the connections, gunicorn the worker processes.

The portal and the NGNPro server need the same of it: a client that sends its request slowly, or half of it and no more,
holds a socket and nothing else; TLS without another program; and a reload that no request notices. Tried on one machine
with two worker processes of eight threads each (docs/benchmarks.md has the figures):

- gunicorn's ``gthread`` worker reads requests in its threads: as many half-sent ones as it has threads stop it.
- Granian reads headers apart, but bodies in its threads; SO_REUSEPORT loses the connections that wait at a worker which
  ends, it cannot take over a socket of systemd's, and it takes a private key in PKCS#8 only.
- gunicorn's ``asgi`` worker waits for the first request of a connection without end, and stops only when all idle
  connections are gone; WSGI under it needs another library.
- waitress reads and writes in one thread that never waits, and has limits for headers and bodies. It has neither
  processes nor TLS: ``worker`` and ``channel`` add them.
"""
