"""The HTTP server of both programs: waitress handles the connections, gunicorn the worker processes.

The portal and the NGNPro server have the same requirements: a client that sends a request slowly or incompletely must
occupy only a socket, no thread; TLS must work without another program; and a reload must not interrupt requests. These
servers were compared on one machine with two worker processes of eight threads each (figures: docs/benchmarks.md):

- gunicorn's ``gthread`` worker reads requests in its threads: as many incomplete requests as threads block it.
- Granian reads bodies in its threads; with SO_REUSEPORT, connections that wait for a worker process are lost when it
  ends; it cannot use a socket from systemd, and supports private keys in PKCS#8 only.
- gunicorn's ``asgi`` worker has no time limit for the first request of a connection, and stops only when all idle
  connections are closed; WSGI applications need another library.
- waitress reads and writes in one thread that never blocks, and limits headers and bodies. It has neither processes nor
  TLS: ``worker`` and ``channel`` add them.
"""
