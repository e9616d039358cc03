"""Create the tables of customers, SIP domains and SIP accounts."""

import sqlalchemy as sa
from alembic import op

from ngnpro_server.store import types

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "counts",
        sa.Column("kind", types.Key(length=16), nullable=False),
        sa.Column("scope", types.Key(length=16), nullable=False),
        sa.Column("key", types.Key(length=253), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "scope", "key", name=op.f("pk_counts")),
    )
    op.create_table(
        "customers",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("is_reseller", sa.Boolean(), nullable=False),
        sa.Column("impersonate", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_active", sa.Boolean(), nullable=False),
        sa.Column("company_code", sa.String(length=64), server_default="", nullable=False),
        sa.Column("balance", sa.Double(), nullable=False),
        sa.Column("credit", sa.Double(), nullable=False),
        sa.Column("username", types.Key(length=64), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("first_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("first_name_key", types.Key(length=192), nullable=False),
        sa.Column("last_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last_name_key", types.Key(length=192), nullable=False),
        sa.Column("organization", sa.String(length=128), server_default="", nullable=False),
        sa.Column("organization_key", types.Key(length=384), nullable=False),
        sa.Column("tel", sa.String(length=64), server_default="", nullable=False),
        sa.Column("fax", sa.String(length=64), server_default="", nullable=False),
        sa.Column("sip", sa.String(length=320), server_default="", nullable=False),
        sa.Column("enum", sa.String(length=64), server_default="", nullable=False),
        sa.Column("mobile", sa.String(length=64), server_default="", nullable=False),
        sa.Column("email", types.Key(length=254), nullable=False),
        sa.Column("web", sa.String(length=255), server_default="", nullable=False),
        sa.Column("address", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("postcode", sa.String(length=32), server_default="", nullable=False),
        sa.Column("city", sa.String(length=64), server_default="", nullable=False),
        sa.Column("city_key", types.Key(length=192), nullable=False),
        sa.Column("state", sa.String(length=64), server_default="", nullable=False),
        sa.Column("country", sa.String(length=64), server_default="", nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("language", sa.String(length=16), server_default="", nullable=False),
        sa.Column("vat_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("bank_account", sa.String(length=128), server_default="", nullable=False),
        sa.Column("billing_email", types.Key(length=254), nullable=False),
        sa.Column("billing_address", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("username", name=op.f("uq_customers_username")),
    )
    op.create_index("ix_customers_change_date_id", "customers", ["change_date", "id"], unique=False)
    op.create_index("ix_customers_first_name_key_id", "customers", ["first_name_key", "id"], unique=False)
    op.create_index(
        "ix_customers_is_reseller_change_date_id", "customers", ["is_reseller", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_customers_is_reseller_first_name_key_id", "customers", ["is_reseller", "first_name_key", "id"], unique=False
    )
    op.create_index("ix_customers_is_reseller_id", "customers", ["is_reseller", "id"], unique=False)
    op.create_index(
        "ix_customers_is_reseller_last_name_key_id", "customers", ["is_reseller", "last_name_key", "id"], unique=False
    )
    op.create_index(
        "ix_customers_is_reseller_organization_key_id",
        "customers",
        ["is_reseller", "organization_key", "id"],
        unique=False,
    )
    op.create_index("ix_customers_is_reseller_username", "customers", ["is_reseller", "username"], unique=False)
    op.create_index("ix_customers_last_name_key_id", "customers", ["last_name_key", "id"], unique=False)
    op.create_index("ix_customers_organization_key_id", "customers", ["organization_key", "id"], unique=False)
    op.create_index(
        "ix_customers_reseller_change_date_id", "customers", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_customers_reseller_first_name_key_id", "customers", ["reseller_id", "first_name_key", "id"], unique=False
    )
    op.create_index("ix_customers_reseller_id", "customers", ["reseller_id", "id"], unique=False)
    op.create_index(
        "ix_customers_reseller_last_name_key_id", "customers", ["reseller_id", "last_name_key", "id"], unique=False
    )
    op.create_index(
        "ix_customers_reseller_organization_key_id",
        "customers",
        ["reseller_id", "organization_key", "id"],
        unique=False,
    )
    op.create_index("ix_customers_reseller_username", "customers", ["reseller_id", "username"], unique=False)
    op.create_table(
        "login_failures",
        sa.Column("subject", types.Key(length=330), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("locked_until", sa.DateTime(), nullable=False),
        sa.Column("last_failure", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_failures")),
    )
    op.create_table(
        "sip_domains",
        sa.Column("domain", types.Key(length=253), nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("certificate", types.LongText(), nullable=False),
        sa.Column("private_key", types.LongText(), nullable=False),
        sa.Column("match_ip_address", sa.String(length=255), server_default="", nullable=False),
        sa.Column("match_sip_domain", sa.String(length=253), server_default="", nullable=False),
        sa.Column("verify_cert", sa.Boolean(), nullable=False),
        sa.Column("require_cert", sa.Boolean(), nullable=False),
        sa.Column("last_number", types.Id(), server_default="1000", nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_sip_domains")),
    )
    op.create_index("ix_sip_domains_change_date_domain", "sip_domains", ["change_date", "domain"], unique=False)
    op.create_index(
        "ix_sip_domains_customer_change_date_domain",
        "sip_domains",
        ["customer_id", "change_date", "domain"],
        unique=False,
    )
    op.create_index("ix_sip_domains_customer_domain", "sip_domains", ["customer_id", "domain"], unique=False)
    op.create_index(
        "ix_sip_domains_reseller_change_date_domain",
        "sip_domains",
        ["reseller_id", "change_date", "domain"],
        unique=False,
    )
    op.create_index("ix_sip_domains_reseller_domain", "sip_domains", ["reseller_id", "domain"], unique=False)
    op.create_table(
        "customer_properties",
        sa.Column("customer_id", types.Id(), nullable=False),
        sa.Column("name", types.Key(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=16), server_default="", nullable=False),
        sa.Column("permission", sa.String(length=16), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_customer_properties_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "name", name=op.f("pk_customer_properties")),
    )
    op.create_table(
        "sip_accounts",
        sa.Column("id", types.Id(), autoincrement=True, nullable=False),
        sa.Column("username", types.Key(length=64), nullable=False),
        sa.Column("domain", types.Key(length=253), nullable=False),
        sa.Column("owner_id", types.Id(), server_default="0", nullable=False),
        sa.Column("customer_id", types.Id(), server_default="0", nullable=False),
        sa.Column("reseller_id", types.Id(), server_default="0", nullable=False),
        sa.Column("password", sa.String(length=128), nullable=False),
        sa.Column("ha1", sa.String(length=32), nullable=False),
        sa.Column("ha1b", sa.String(length=32), nullable=False),
        sa.Column("first_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("first_name_key", types.Key(length=192), nullable=False),
        sa.Column("last_name", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last_name_key", types.Key(length=192), nullable=False),
        sa.Column("email", types.Key(length=254), nullable=False),
        sa.Column("timezone", sa.String(length=64), server_default="", nullable=False),
        sa.Column("rpid", sa.String(length=64), server_default="", nullable=False),
        sa.Column("prepaid", sa.Boolean(), nullable=False),
        sa.Column("quota", sa.Integer(), server_default="0", nullable=False),
        sa.Column("call_limit", sa.Integer(), server_default="0", nullable=False),
        sa.Column("timeout", sa.Integer(), server_default="35", nullable=False),
        sa.Column("quickdial_prefix", sa.String(length=64), server_default="", nullable=False),
        sa.Column("region", sa.String(length=64), server_default="", nullable=False),
        sa.Column("create_date", sa.DateTime(), nullable=False),
        sa.Column("change_date", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["domain"], ["sip_domains.domain"], name=op.f("fk_sip_accounts_domain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sip_accounts")),
        sa.UniqueConstraint("domain", "username", name=op.f("uq_sip_accounts_domain_username")),
    )
    op.create_index("ix_sip_accounts_change_date_id", "sip_accounts", ["change_date", "id"], unique=False)
    op.create_index(
        "ix_sip_accounts_customer_change_date_id", "sip_accounts", ["customer_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_customer_domain_username", "sip_accounts", ["customer_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_customer_username_domain", "sip_accounts", ["customer_id", "username", "domain"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_domain_change_date_id", "sip_accounts", ["domain", "change_date", "id"], unique=False
    )
    op.create_index("ix_sip_accounts_email_id", "sip_accounts", ["email", "id"], unique=False)
    op.create_index("ix_sip_accounts_first_name_key_id", "sip_accounts", ["first_name_key", "id"], unique=False)
    op.create_index("ix_sip_accounts_last_name_key_id", "sip_accounts", ["last_name_key", "id"], unique=False)
    op.create_index(
        "ix_sip_accounts_owner_change_date_id", "sip_accounts", ["owner_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_owner_domain_username", "sip_accounts", ["owner_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_owner_username_domain", "sip_accounts", ["owner_id", "username", "domain"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_reseller_change_date_id", "sip_accounts", ["reseller_id", "change_date", "id"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_reseller_domain_username", "sip_accounts", ["reseller_id", "domain", "username"], unique=False
    )
    op.create_index(
        "ix_sip_accounts_reseller_username_domain", "sip_accounts", ["reseller_id", "username", "domain"], unique=False
    )
    op.create_index("ix_sip_accounts_username_domain", "sip_accounts", ["username", "domain"], unique=False)
    op.create_table(
        "account_acl",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("position", types.Id(), autoincrement=False, nullable=False),
        sa.Column("ip", sa.String(length=45), server_default="", nullable=False),
        sa.Column("mask", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tag", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_account_acl_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "position", name=op.f("pk_account_acl")),
    )
    op.create_table(
        "account_groups",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("name", types.Key(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_account_groups_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_groups")),
    )
    op.create_index("ix_account_groups_name_account", "account_groups", ["name", "account_id"], unique=False)
    op.create_table(
        "account_properties",
        sa.Column("account_id", types.Id(), nullable=False),
        sa.Column("name", types.Key(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["sip_accounts.id"], name=op.f("fk_account_properties_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_properties")),
    )


def downgrade() -> None:
    op.drop_table("account_properties")
    op.drop_table("account_groups")
    op.drop_table("account_acl")
    op.drop_table("sip_accounts")
    op.drop_table("customer_properties")
    op.drop_table("sip_domains")
    op.drop_table("login_failures")
    op.drop_table("customers")
    op.drop_table("counts")
