"""The rest of the platform."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "carriers",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name_key", types.Key(length=192), nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carriers")),
        sa.UniqueConstraint("reseller_id", "name_key", name=op.f("uq_carriers_reseller_id_name_key")),
    )
    op.create_index("ix_carriers_change_date_id", "carriers", ["change_date", "id"], unique=False)
    op.create_index("ix_carriers_name_key_id", "carriers", ["name_key", "id"], unique=False)
    op.create_index(
        "ix_carriers_reseller_change_date_id", "carriers", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index("ix_carriers_reseller_name_key_id", "carriers", ["reseller_id", "name_key", "id"], unique=False)
    op.create_table(
        "enum_ranges",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("prefix", types.Key(length=15), nullable=False),
        sa.Column("tld", types.Key(length=253), nullable=False),
        sa.Column("ttl", sa.Integer(), server_default="3600", nullable=False),
        sa.Column("info", sa.String(length=255), server_default="", nullable=False),
        sa.Column("info_key", types.Key(length=765), nullable=False),
        sa.Column("min_digits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_digits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("nameservers", sa.Text(), nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enum_ranges")),
        sa.UniqueConstraint("tld", "prefix", name=op.f("uq_enum_ranges_tld_prefix")),
    )
    op.create_index("ix_enum_ranges_change_date_id", "enum_ranges", ["change_date", "id"], unique=False)
    op.create_index(
        "ix_enum_ranges_customer_change_date_id", "enum_ranges", ["customer_id", "change_date", "id"], unique=False
    )
    op.create_index("ix_enum_ranges_customer_prefix_tld", "enum_ranges", ["customer_id", "prefix", "tld"], unique=False)
    op.create_index("ix_enum_ranges_customer_tld_prefix", "enum_ranges", ["customer_id", "tld", "prefix"], unique=False)
    op.create_index("ix_enum_ranges_prefix_tld", "enum_ranges", ["prefix", "tld"], unique=False)
    op.create_index(
        "ix_enum_ranges_reseller_change_date_id", "enum_ranges", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index("ix_enum_ranges_reseller_prefix_tld", "enum_ranges", ["reseller_id", "prefix", "tld"], unique=False)
    op.create_index("ix_enum_ranges_reseller_tld_prefix", "enum_ranges", ["reseller_id", "tld", "prefix"], unique=False)
    op.create_table(
        "prepaid_cards",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("value", types.Money(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.String(length=64), server_default="", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("used_by", sa.String(length=320), server_default="", nullable=False),
        sa.Column("used_date", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepaid_cards")),
    )
    op.create_table(
        "trusted_peers",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("ip", types.Key(length=253), nullable=False),
        sa.Column("description", sa.String(length=240), server_default="", nullable=False),
        sa.Column("description_key", types.Key(length=720), nullable=False),
        sa.Column("call_limit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("msteams", sa.Boolean(), nullable=False),
        sa.Column("tenant", types.Key(length=253), nullable=False),
        sa.Column("carrier_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("originator", sa.String(length=255), server_default="", nullable=False),
        sa.Column("prefix", sa.String(length=32), server_default="", nullable=False),
        sa.Column("strip", sa.Integer(), server_default="0", nullable=False),
        sa.Column("blocked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("enum_lookup", sa.Boolean(), nullable=False),
        sa.Column("transit", sa.Boolean(), nullable=False),
        sa.Column("prepaid", sa.Boolean(), nullable=False),
        sa.Column("auth_token", sa.String(length=255), nullable=False),
        sa.Column("tags", sa.String(length=255), server_default="", nullable=False),
        sa.Column("tags_key", types.Key(length=765), nullable=False),
        sa.Column("billing_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("billing_id_key", types.Key(length=192), nullable=False),
        sa.Column("protocol", sa.String(length=16), server_default="", nullable=False),
        sa.Column("from_pattern", sa.String(length=255), server_default="", nullable=False),
        sa.Column("owner_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trusted_peers")),
        sa.UniqueConstraint("ip", name=op.f("uq_trusted_peers_ip")),
    )
    op.create_index("ix_trusted_peers_change_date_id", "trusted_peers", ["change_date", "id"], unique=False)
    op.create_index("ix_trusted_peers_description_key_id", "trusted_peers", ["description_key", "id"], unique=False)
    op.create_index(
        "ix_trusted_peers_reseller_change_date_id", "trusted_peers", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_trusted_peers_reseller_description_key_id",
        "trusted_peers",
        ["reseller_id", "description_key", "id"],
        unique=False,
    )
    op.create_index("ix_trusted_peers_reseller_ip", "trusted_peers", ["reseller_id", "ip"], unique=False)
    op.create_table(
        "enum_numbers",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("number", types.Key(length=15), nullable=False),
        sa.Column("tld", types.Key(length=253), nullable=False),
        sa.Column("range_id", types.Id(), nullable=False),
        sa.Column("info", sa.String(length=255), server_default="", nullable=False),
        sa.Column("owner_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["range_id"], ["enum_ranges.id"], name=op.f("fk_enum_numbers_range_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enum_numbers")),
        sa.UniqueConstraint("tld", "number", name=op.f("uq_enum_numbers_tld_number")),
    )
    op.create_index("ix_enum_numbers_change_date_id", "enum_numbers", ["change_date", "id"], unique=False)
    op.create_index(
        "ix_enum_numbers_customer_change_date_id", "enum_numbers", ["customer_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_enum_numbers_customer_number_tld", "enum_numbers", ["customer_id", "number", "tld"], unique=False
    )
    op.create_index(
        "ix_enum_numbers_customer_tld_number", "enum_numbers", ["customer_id", "tld", "number"], unique=False
    )
    op.create_index("ix_enum_numbers_number_tld", "enum_numbers", ["number", "tld"], unique=False)
    op.create_index(
        "ix_enum_numbers_owner_change_date_id", "enum_numbers", ["owner_id", "change_date", "id"], unique=False
    )
    op.create_index("ix_enum_numbers_owner_number_tld", "enum_numbers", ["owner_id", "number", "tld"], unique=False)
    op.create_index("ix_enum_numbers_owner_tld_number", "enum_numbers", ["owner_id", "tld", "number"], unique=False)
    op.create_index("ix_enum_numbers_range_id", "enum_numbers", ["range_id", "id"], unique=False)
    op.create_index(
        "ix_enum_numbers_reseller_change_date_id", "enum_numbers", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_enum_numbers_reseller_number_tld", "enum_numbers", ["reseller_id", "number", "tld"], unique=False
    )
    op.create_index(
        "ix_enum_numbers_reseller_tld_number", "enum_numbers", ["reseller_id", "tld", "number"], unique=False
    )
    op.create_table(
        "gateways",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("name_key", types.Key(length=192), nullable=False),
        sa.Column("carrier_id", types.Id(), nullable=False),
        sa.Column("ip", types.Key(length=253), nullable=False),
        sa.Column("port", sa.Integer(), server_default="5060", nullable=False),
        sa.Column("transport", sa.String(length=8), server_default="", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carriers.id"], name=op.f("fk_gateways_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateways")),
        sa.UniqueConstraint("reseller_id", "name_key", name=op.f("uq_gateways_reseller_id_name_key")),
    )
    op.create_index("ix_gateways_carrier_id", "gateways", ["carrier_id", "id"], unique=False)
    op.create_index("ix_gateways_change_date_id", "gateways", ["change_date", "id"], unique=False)
    op.create_index("ix_gateways_ip_id", "gateways", ["ip", "id"], unique=False)
    op.create_index("ix_gateways_name_key_id", "gateways", ["name_key", "id"], unique=False)
    op.create_index("ix_gateways_reseller_carrier_id", "gateways", ["reseller_id", "carrier_id", "id"], unique=False)
    op.create_index(
        "ix_gateways_reseller_change_date_id", "gateways", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index("ix_gateways_reseller_ip_id", "gateways", ["reseller_id", "ip", "id"], unique=False)
    op.create_index("ix_gateways_reseller_name_key_id", "gateways", ["reseller_id", "name_key", "id"], unique=False)
    op.create_table(
        "routes",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("prefix", types.Key(length=32), nullable=False),
        sa.Column("originator", sa.String(length=255), server_default="", nullable=False),
        sa.Column("carrier_id", types.Id(), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carriers.id"], name=op.f("fk_routes_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
    )
    op.create_index("ix_routes_carrier_id", "routes", ["carrier_id", "id"], unique=False)
    op.create_index("ix_routes_prefix_priority_id", "routes", ["prefix", "priority", "id"], unique=False)
    op.create_index("ix_routes_priority_prefix_id", "routes", ["priority", "prefix", "id"], unique=False)
    op.create_index(
        "ix_routes_reseller_prefix_priority_id", "routes", ["reseller_id", "prefix", "priority", "id"], unique=False
    )
    op.create_index(
        "ix_routes_reseller_priority_prefix_id", "routes", ["reseller_id", "priority", "prefix", "id"], unique=False
    )
    op.create_table(
        "sip_aliases",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("username", types.Key(length=64), nullable=False),
        sa.Column("domain", types.Key(length=253), nullable=False),
        sa.Column("target_username", types.Key(length=64), nullable=False),
        sa.Column("target_domain", types.Key(length=253), nullable=False),
        sa.Column("owner_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["sip_domains.domain"], name=op.f("fk_sip_aliases_domain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sip_aliases")),
        sa.UniqueConstraint("domain", "username", name=op.f("uq_sip_aliases_domain_username")),
    )
    op.create_index("ix_sip_aliases_change_date_id", "sip_aliases", ["change_date", "id"], unique=False)
    op.create_index(
        "ix_sip_aliases_customer_change_date_id", "sip_aliases", ["customer_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_customer_domain_username", "sip_aliases", ["customer_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_customer_target_domain_target_username_id",
        "sip_aliases",
        ["customer_id", "target_domain", "target_username", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_customer_target_username_target_domain_id",
        "sip_aliases",
        ["customer_id", "target_username", "target_domain", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_customer_username_domain", "sip_aliases", ["customer_id", "username", "domain"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_domain_change_date_id", "sip_aliases", ["domain", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_owner_change_date_id", "sip_aliases", ["owner_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_owner_domain_username", "sip_aliases", ["owner_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_owner_target_domain_target_username_id",
        "sip_aliases",
        ["owner_id", "target_domain", "target_username", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_owner_target_username_target_domain_id",
        "sip_aliases",
        ["owner_id", "target_username", "target_domain", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_owner_username_domain", "sip_aliases", ["owner_id", "username", "domain"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_reseller_change_date_id", "sip_aliases", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_reseller_domain_username", "sip_aliases", ["reseller_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_reseller_target_domain_target_username_id",
        "sip_aliases",
        ["reseller_id", "target_domain", "target_username", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_reseller_target_username_target_domain_id",
        "sip_aliases",
        ["reseller_id", "target_username", "target_domain", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_reseller_username_domain", "sip_aliases", ["reseller_id", "username", "domain"], unique=False
    )
    op.create_index(
        "ix_sip_aliases_target_domain_target_username_id",
        "sip_aliases",
        ["target_domain", "target_username", "id"],
        unique=False,
    )
    op.create_index(
        "ix_sip_aliases_target_username_target_domain_id",
        "sip_aliases",
        ["target_username", "target_domain", "id"],
        unique=False,
    )
    op.create_index("ix_sip_aliases_username_domain", "sip_aliases", ["username", "domain"], unique=False)
    op.create_table(
        "accept_rules",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("position", types.Id(), autoincrement=False, nullable=False),
        sa.Column("days", sa.Integer(), server_default="127", nullable=False),
        sa.Column("start", sa.String(length=5), server_default="", nullable=False),
        sa.Column("stop", sa.String(length=5), server_default="", nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_accept_rules_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "position", name=op.f("pk_accept_rules")),
    )
    op.create_table(
        "balance_history",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("date", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(length=32), server_default="", nullable=False),
        sa.Column("description", sa.String(length=255), server_default="", nullable=False),
        sa.Column("value", types.Money(), nullable=False),
        sa.Column("balance", types.Money(), nullable=False),
        sa.Column("session", sa.String(length=255), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_balance_history_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_balance_history")),
    )
    op.create_index("ix_balance_history_account_id", "balance_history", ["account_id", "id"], unique=False)
    op.create_table(
        "balances",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("balance", types.Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_balances_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_balances")),
    )
    op.create_table(
        "barring_prefixes",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("prefix", types.Key(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_barring_prefixes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "prefix", name=op.f("pk_barring_prefixes")),
    )
    op.create_table(
        "diversions",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("condition", types.Key(length=8), nullable=False),
        sa.Column("target", sa.String(length=255), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_diversions_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "condition", name=op.f("pk_diversions")),
    )
    op.create_table(
        "enum_mappings",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("number_id", types.Id(), nullable=False),
        sa.Column("type", sa.String(length=32), server_default="", nullable=False),
        sa.Column("mapto", sa.String(length=255), server_default="", nullable=False),
        sa.Column("mapto_key", types.Key(length=765), nullable=False),
        sa.Column("priority", sa.Integer(), server_default="5", nullable=False),
        sa.Column("ttl", sa.Integer(), server_default="3600", nullable=False),
        sa.ForeignKeyConstraint(
            ["number_id"], ["enum_numbers.id"], name=op.f("fk_enum_mappings_number_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enum_mappings")),
    )
    op.create_index("ix_enum_mappings_mapto_key_number", "enum_mappings", ["mapto_key", "number_id"], unique=False)
    op.create_index("ix_enum_mappings_number_id", "enum_mappings", ["number_id", "id"], unique=False)
    op.create_table(
        "gateway_rules",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("gateway_id", types.Id(), nullable=False),
        sa.Column("carrier_id", types.Id(), nullable=False),
        sa.Column("gateway_key", types.Key(length=192), nullable=False),
        sa.Column("carrier_key", types.Key(length=192), nullable=False),
        sa.Column("prefix", types.Key(length=32), nullable=False),
        sa.Column("strip", sa.Integer(), server_default="0", nullable=False),
        sa.Column("prepend", sa.String(length=32), server_default="", nullable=False),
        sa.Column("min_length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_length", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carriers.id"], name=op.f("fk_gateway_rules_carrier_id")),
        sa.ForeignKeyConstraint(["gateway_id"], ["gateways.id"], name=op.f("fk_gateway_rules_gateway_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_rules")),
    )
    op.create_index("ix_gateway_rules_carrier_id", "gateway_rules", ["carrier_id", "id"], unique=False)
    op.create_index("ix_gateway_rules_carrier_key_id", "gateway_rules", ["carrier_key", "id"], unique=False)
    op.create_index("ix_gateway_rules_change_date_id", "gateway_rules", ["change_date", "id"], unique=False)
    op.create_index("ix_gateway_rules_gateway_id", "gateway_rules", ["gateway_id", "id"], unique=False)
    op.create_index("ix_gateway_rules_gateway_key_id", "gateway_rules", ["gateway_key", "id"], unique=False)
    op.create_index("ix_gateway_rules_prefix_id", "gateway_rules", ["prefix", "id"], unique=False)
    op.create_index(
        "ix_gateway_rules_reseller_carrier_key_id", "gateway_rules", ["reseller_id", "carrier_key", "id"], unique=False
    )
    op.create_index(
        "ix_gateway_rules_reseller_change_date_id", "gateway_rules", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_gateway_rules_reseller_gateway_key_id", "gateway_rules", ["reseller_id", "gateway_key", "id"], unique=False
    )
    op.create_index(
        "ix_gateway_rules_reseller_prefix_id", "gateway_rules", ["reseller_id", "prefix", "id"], unique=False
    )
    op.create_table(
        "mailboxes",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("mailbox", types.Key(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("password", sa.String(length=16), nullable=False),
        sa.Column("email", sa.String(length=254), server_default="", nullable=False),
        sa.Column("delete_mailed", sa.Boolean(), nullable=False),
        sa.Column("info", sa.String(length=255), server_default="", nullable=False),
        sa.Column("announcement", sa.LargeBinary(length=16777215), nullable=True),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_mailboxes_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailboxes")),
        sa.UniqueConstraint("account_id", name=op.f("uq_mailboxes_account_id")),
        sa.UniqueConstraint("mailbox", name=op.f("uq_mailboxes_mailbox")),
    )
    op.create_table(
        "phonebook",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("uri", types.Key(length=255), nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("name_key", types.Key(length=384), nullable=False),
        sa.Column("group_name", types.Key(length=64), nullable=False),
        sa.Column("first_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last_name", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_phonebook_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "uri", name=op.f("pk_phonebook")),
    )
    op.create_table(
        "reject_members",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("position", types.Id(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(length=255), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_reject_members_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "position", name=op.f("pk_reject_members")),
    )
    op.create_table(
        "temporary_accept_rules",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_temporary_accept_rules_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_temporary_accept_rules")),
    )


def downgrade() -> None:
    op.drop_table("temporary_accept_rules")
    op.drop_table("reject_members")
    op.drop_table("phonebook")
    op.drop_table("mailboxes")
    op.drop_table("gateway_rules")
    op.drop_table("enum_mappings")
    op.drop_table("diversions")
    op.drop_table("barring_prefixes")
    op.drop_table("balances")
    op.drop_table("balance_history")
    op.drop_table("accept_rules")
    op.drop_table("sip_aliases")
    op.drop_table("routes")
    op.drop_table("gateways")
    op.drop_table("enum_numbers")
    op.drop_table("trusted_peers")
    op.drop_table("prepaid_cards")
    op.drop_table("enum_ranges")
    op.drop_table("carriers")
