"""The outbox: ``queue`` puts a message into it, and its page shows what became of it."""

from portal.mail.queueing import ACCOUNT_INFORMATION, queue, queue_account_information

__all__ = ["ACCOUNT_INFORMATION", "queue", "queue_account_information"]
