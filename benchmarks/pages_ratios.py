"""The pages' part of `make bench`: what pages cost the portal beyond its NGNPro calls, and against a page's floor.

The floor makes the same calls with prepared messages over one kept connection, reads the answers with lxml and writes
the rows with ``str.format``: no framework, no session, no rights, no menu.
"""

from __future__ import annotations

import configparser
import http.client
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.pages import Cost, fill, measure, portal, sign_in
from benchmarks.ratios import Ratio
from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema
from tests.support.processes import House

_ROUNDS = 40
_CELLS = ("username", "domain", "firstName", "lastName", "quota", "owner", "changeDate")
_ROW = f"<tr>{'<td>{}</td>' * (len(_CELLS) + 2)}</tr>"
# The longest time on the clock beyond the calls, in milliseconds, for a page without a long list.
_LONGEST = 8.0


def ratios() -> Iterator[Ratio]:
    """Measure pages of the demo platform; calls are made one after the other, so that each can be counted."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        house = House(Path(folder), settings={"NGNPRO_CALLS_AT_ONCE": "1"})
        password = house.prepare(with_demo=True)
        with house.server() as server, portal(house) as program:
            account, browser = fill(house), sign_in(house, password)

            def cost_of(path: str) -> Cost:
                return measure(browser, (program, server), house.portal_url + path)

            for rows, most in ((25, 5.0), (100, 12.0)):
                cost, least = cost_of(f"accounts/?size={rows}"), floor(house, rows)
                yield Ratio(f"accounts, {rows} rows: CPU of the portal beyond its calls, ms", cost.own[1], most)
                yield Ratio(f"accounts, {rows} rows: CPU of the portal against the floor", cost.total[1] / least)
            pages = {"an account": f"accounts/{account}/", "the form to add one": "accounts/add/", "the overview": ""}
            for name, path in pages.items():
                yield Ratio(f"{name}: time beyond the calls, ms", cost_of(path).own[0], _LONGEST)


def floor(house: House, rows: int) -> float:
    """Return the CPU time of the same list without a portal, in milliseconds."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(house.config)
    login = {name: parser["administrator"][name] for name in ("username", "password")} | {"admin": True}
    connection = http.client.HTTPConnection("127.0.0.1", house.server_port)

    def call(operation: str, **arguments: Any) -> etree._Element:
        schema = load_schema()
        body = encode_request(schema, schema.operation("Sip", operation), arguments, login)
        connection.request("POST", "/", body, {"Content-Type": "text/xml", "SOAPAction": '""'})
        return etree.fromstring(connection.getresponse().read())

    times = [_cpu(lambda: draw_list(call, rows)) for _round in range(_ROUNDS)]
    connection.close()
    return statistics.median(times)


def draw_list(call: Callable[..., etree._Element], rows: int) -> str:
    """Fetch the accounts, their phones and the balances of the prepaid ones, and write the rows."""
    order = {"attribute": "changeDate", "direction": "DESC"}
    query = {"orderBy": order, "range": {"start": 0, "count": rows}}
    found = call("getAccounts", query=query).findall(".//accounts/item")
    ids = [{name: one.findtext(f"id/{name}") for name in ("username", "domain")} for one in found]
    prepaid = [one for one, record in zip(ids, found, strict=True) if record.findtext("prepaid") == "1"]
    phones = call("getSipDeviceLocations", sipIds=ids).findall("{*}Body/*/*/item")
    balances = call("getPrepaidStatus", sipIds=prepaid).findall("{*}Body/*/*/item") if prepaid else []
    left = [one.findtext("balance") or "" for one in balances]
    lines = []
    for record, devices in zip(found, phones, strict=True):
        texts = [escape(next(record.iter(name)).text or "") for name in _CELLS]
        balance = left.pop(0) if record.findtext("prepaid") == "1" else ""
        lines.append(_ROW.format(*texts, len(devices.findall("locations/item")), balance))
    return f"<table>{''.join(lines)}</table>"


def _cpu(function: Callable[[], object]) -> float:
    begun = time.process_time()
    function()
    return (time.process_time() - begun) * 1000
