"""The outbox: a row for each mail, the worker that delivers it, and the page that shows its state."""
