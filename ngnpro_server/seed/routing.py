"""The PSTN routing of the demo platform: carriers with gateways, rules and routes, and trusted peers."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from .companies import Company
from .making import Making

_FILE = Path(__file__).with_name("routing.json")


def add_routing(making: Making, companies: dict[str, Company]) -> None:
    """Add carriers with their gateways, rules and routes, and trusted peers."""
    plan = json.loads(_FILE.read_text(encoding="utf-8"))
    ids = {"": 0} | {username: company.id for username, company in companies.items()}
    for entry, moment in zip(plan["carriers"], making.moments(len(plan["carriers"])), strict=True):
        carrier = {"name": entry["name"], "reseller": ids[entry["reseller"]]}
        carrier_id = making.call("Sip", "addCarrier", moment, carrier=carrier)["id"]
        for gateway in entry["gateways"]:
            _add_gateway(making, gateway | {"carrier_id": carrier_id})
        routes = [route | {"carrier_id": carrier_id} for route in entry["routes"]]
        making.call("Sip", "addRoutes", moment, routes=routes)
    for peer, moment in zip(plan["peers"], making.moments(len(plan["peers"])), strict=True):
        token = {"authToken": secrets.token_urlsafe(16)} if peer.get("msteams") else {}
        making.call("Sip", "addTrustedPeer", moment, peer=peer | {"customer": ids[peer["customer"]]} | token)


def _add_gateway(making: Making, plan: dict[str, Any]) -> None:
    rules = plan.pop("rules")
    gateway_id = making.call("Sip", "addGateway", making.moments(1)[0], gateway=plan)["id"]
    for rule in rules:
        making.call("Sip", "addGatewayRule", making.moments(1)[0], rule=rule | {"gateway_id": gateway_id})
