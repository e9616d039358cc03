"""The templates room: text, brand and sender domains of mails, and which are sent; per platform and reseller."""
