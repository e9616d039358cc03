"""SIP aliases."""

from sqlalchemy import Column, ForeignKey, Table, UniqueConstraint

from ngnpro_server.store.types import Id, Key

from .base import date_column, key_column, list_indexes, metadata, owner_column

# customer_id and reseller_id are copies of those of the alias's domain.
sip_aliases = Table(
    "sip_aliases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    key_column("username", 64),
    Column("domain", Key(253), ForeignKey("sip_domains.domain"), nullable=False),
    key_column("target_username", 64),
    key_column("target_domain", 253),
    owner_column("owner_id"),
    # the owner if it is not the customer, else 0
    owner_column("outsider_id"),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    date_column("change_date"),
    UniqueConstraint("domain", "username"),
    *list_indexes(
        "sip_aliases",
        (None, "customer_id", "reseller_id", "owner_id", "outsider_id"),
        (
            ("change_date", "id"),
            ("username", "domain"),
            ("domain", "username"),
            ("target_username", "target_domain", "id"),
            ("target_domain", "target_username", "id"),
        ),
        unique=("domain", "username"),
    ),
    *list_indexes("sip_aliases", ("domain",), (("change_date", "id"),)),
)
