"""Mail: an outbox in the portal's database, and a worker that delivers it."""
