"""The commands of `python -m ngnpro_server`."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from ngnpro_server.faults import Fault
from ngnpro_wire.backups.errors import BackupError

from .call import Call, Caller, Level, utc_now
from .config import DEFAULT_PATH, ConfigError, load_config
from .platform.install import prepare_proxy, upgrade_platform
from .ports.customer.accounts import add_account
from .ports.watch.vouchers import add_voucher_batch, export_voucher_batch
from .running.backups import dump, load, make_backup, restore_backup
from .running.checks import check_config, wait_for_database
from .running.files import remark_on_files, require_whole_files
from .running.serve import serve
from .seed.command import SeedRefused, seed_platform
from .store.customers import find_customer
from .store.engine import OutcomeUnknown, open_engine, transaction
from .store.prices import list_prices, replace_prices
from .watch.price_files import read_prices, write_prices

_NEW_CONFIG = """\
# Settings of the NGNPro server; every one, with its default, is in docs/operations.md.

[administrator]
username = admin
password = {password}
"""

_NO_PLATFORM = """\
There is no NGNPro server at {path}, and nothing says that it is to be there. Nothing was created. If you have one \
already, NGNPRO_CONFIG or --config is missing; for a new one here: python -m ngnpro_server init-db --new"""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status: 0 for success, 1 for an error.

    Invalid arguments end the process with status 2 (argparse).
    """
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = options.command
    try:
        command(options)
    except (BackupError, ConfigError, Fault, SeedRefused) as error:
        print(error.text if isinstance(error, Fault) else error, file=sys.stderr)
        return 1
    except OutcomeUnknown as error:
        print(f"{error}. Look before you repeat this.", file=sys.stderr)
        return 1
    except SQLAlchemyError as error:
        print(f"The database refused: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        raise
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ngnpro_server", description=__doc__)
    default = Path(os.environ.get("NGNPRO_CONFIG", DEFAULT_PATH))
    parser.add_argument("--config", type=Path, default=default, help="the INI file (%(default)s)")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, function, text in (
        ("serve", _serve, "answer SOAP calls until stopped"),
        ("init-db", _init_db, "write a configuration if there is none, and make or update the tables"),
        ("check-config", _check_config, "tell whether the configuration and the database are usable"),
    ):
        simple = commands.add_parser(name, help=text)
        simple.set_defaults(command=function)
        if function is _init_db:
            simple.add_argument("--new", action="store_true", help="make a new platform beside the program")
    filling = commands.add_parser("seed", help="fill an empty platform with made-up records to look around in")
    filling.set_defaults(command=_seed)
    filling.add_argument("--accounts", type=int, help="make a platform of this many SIP accounts, for measuring")
    filling.add_argument("--logins", type=Path, help="write a login for each role to this new file")
    _add_backups(commands)
    add = commands.add_parser("add-customer", help="add a customer, or a reseller where no --reseller is given")
    add.set_defaults(command=_add_customer)
    add.add_argument("username")
    add.add_argument("--reseller", type=int, default=0, help="id of the reseller the customer belongs to")
    add.add_argument("--organization", default="")
    add.add_argument("--email", default="")
    cards = commands.add_parser("add-vouchers", help="make prepaid cards and print them as CSV")
    cards.set_defaults(command=_add_vouchers)
    cards.add_argument("value", type=Decimal, help="what each card is worth")
    cards.add_argument("--count", type=int, default=1, help="how many (%(default)s)")
    cards.add_argument("--reseller", type=int, default=0, help="id of the reseller for whose accounts they are")
    cards.add_argument("--batch", default="", help="the name of their batch; the time by default")
    taking = commands.add_parser("import-prices", help="replace the prices of calls with those of a CSV file")
    taking.set_defaults(command=_import_prices)
    taking.add_argument("file", type=Path)
    giving = commands.add_parser("export-prices", help="print the prices of calls as CSV")
    giving.set_defaults(command=_export_prices)
    for one in (taking, giving):
        one.add_argument("--reseller", type=int, default=0, help="id of the reseller whose own prices they are")
    return parser


def _add_backups(commands: Any) -> None:
    for name, function, place, text in (
        ("backup", _backup, "file", "write a backup of the records and the configuration to a new file"),
        ("restore", _restore, "file", "restore such a backup, or one of the portal, to empty databases"),
        ("dump", _dump, "folder", "write the parts of a backup to a new folder, for manage.py backup"),
        ("load", _load, "folder", "restore such a folder, for manage.py restore"),
    ):
        one = commands.add_parser(name, help=text)
        one.set_defaults(command=function)
        one.add_argument("place", type=Path, metavar=place)
        if function is _restore:
            one.add_argument("--identity", type=Path, help="the file with the secret key of age")


def _backup(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    make_backup(options.config, config, options.place)
    secrecy = "encrypted" if config.backup.keys else "not encrypted, see [backup] recipients"
    print(f"The backup is in {options.place} ({secrecy}).")


def _restore(options: argparse.Namespace) -> None:
    print(restore_backup(options.config, options.place, options.identity))


def _dump(options: argparse.Namespace) -> None:
    """Open the snapshots when a line arrives, so that the portal can choose the moment, and print a line then."""
    config = load_config(options.config)
    print("ready", flush=True)
    sys.stdin.readline()
    dump(options.config, config, options.place, opened=lambda: print("open", flush=True))


def _load(options: argparse.Namespace) -> None:
    print(load(options.config, options.place))


def _serve(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    require_whole_files(config)
    wait_for_database(config)
    if note := remark_on_files(config):
        print(f"Note: {note}", file=sys.stderr, flush=True)
    serve(config)


def _init_db(options: argparse.Namespace) -> None:
    path: Path = options.config
    if not path.exists():
        if path == DEFAULT_PATH and not options.new:
            raise ConfigError(_NO_PLATFORM.format(path=path))
        _write_config(path)
        print(f"Wrote {path} with a new SOAP administrator.")
    config = load_config(path)
    require_whole_files(config)
    _prepare_file(config.database.url)
    sip_user, dns_user = config.database.sip_user, config.database.dns_user
    upgrade_platform(open_engine(config.database.url, config.database), sip_user, dns_user)
    _prepare_file(config.database.proxy_url)
    prepare_proxy(open_engine(config.database.proxy_url, config.database), sip_user)
    print(f"The database {make_url(config.database.url).render_as_string()} is ready.")


def _write_config(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # created exclusively and with these permissions from the start, because the file contains a password
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_NEW_CONFIG.format(password=secrets.token_urlsafe(24)))


def _prepare_file(url: str) -> None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        path = Path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it contains passwords


def _check_config(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    for remark in check_config(config, options.config):
        print(f"Note: {remark}")
    print(f"{options.config} and its database are usable.")


def _add_customer(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    password = os.environ.get("NGNPRO_CUSTOMER_PASSWORD") or getpass.getpass("Password of the new customer: ")
    record = {
        "username": options.username,
        "password": password,
        "reseller": options.reseller,
        "organization": options.organization,
        "email": options.email,
    }
    engine = open_engine(config.database.url, config.database)
    with transaction(engine, write=True) as connection:
        call = Call(caller=Caller(level=Level.ADMINISTRATOR), connection=connection, config=config, now=utc_now())
        added = add_account(call, record)
    kind = "reseller" if added["reseller"] == added["id"] else "customer"
    print(f"Added {kind} {added['username']} with the id {added['id']}.")


def _add_vouchers(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    now = utc_now()
    name = options.batch or f"{now:%Y-%m-%d %H:%M:%S}"
    batch = {"name": name, "count": options.count, "value": options.value, "reseller": options.reseller}
    engine = open_engine(config.database.url, config.database)
    with transaction(engine, write=True) as connection:
        call = Call(caller=Caller(level=Level.ADMINISTRATOR), connection=connection, config=config, now=now)
        cards = export_voucher_batch(call, add_voucher_batch(call, batch)["id"])
    print("id,number,value")
    for card in cards:
        print(f"{card['id']},{card['secretNumber']},{options.value}")


def _import_prices(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        rows = read_prices(file)
    engine = open_engine(config.database.url, config.database)
    with transaction(engine, write=True) as connection:
        _require_reseller(connection, options.reseller)
        replace_prices(connection, options.reseller, rows)
    print(f"Stored {len(rows)} prices; those from before are gone.")


def _export_prices(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    engine = open_engine(config.database.url, config.database)
    with transaction(engine, write=False) as connection:
        _require_reseller(connection, options.reseller)
        write_prices(list_prices(connection, options.reseller), sys.stdout)


def _require_reseller(connection: Connection, reseller: int) -> None:
    row = find_customer(connection, reseller) if reseller else None
    if reseller and (row is None or not row["is_reseller"]):
        raise ConfigError(f"Customer {reseller} is not a reseller. Nothing was changed.")


def _seed(options: argparse.Namespace) -> None:
    config = load_config(options.config)
    wait_for_database(config, seconds=0)
    engine, proxy = (open_engine(url, config.database) for url in (config.database.url, config.database.proxy_url))
    print(seed_platform(engine, proxy, config, accounts=options.accounts, logins=options.logins))
