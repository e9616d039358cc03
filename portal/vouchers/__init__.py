"""The vouchers room: batches of prepaid cards, the export of their numbers, and the search for a voucher."""
