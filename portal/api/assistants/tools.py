"""The tools: each is an operation of the API that reads, made from its OpenAPI document, besides the one that plans.

No other operation is a tool: an assistant cannot write, and cannot carry out a plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from portal.api.routes import document
from portal.jobs.objects.catalog import kinds

PLAN, DESCRIBE = "makePlan", "describeKind"
MOST_RECORDS, USUAL_RECORDS = 50, 20
PREVIEW = 20


class WrongArguments(ValueError):
    """Arguments that a tool does not have; the text says which, and which it has."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its operation of the API, the room whose scope a token needs for it, and the schema of its arguments.

    ``places`` says of each argument where the request has it: ``path``, ``query`` or ``body``.
    """

    name: str
    title: str
    description: str
    method: str
    path: str
    scope: str
    places: Mapping[str, str]
    schema: Mapping[str, Any]

    @property
    def writes(self) -> bool:
        return self.name == PLAN

    def is_allowed(self, scopes: Mapping[str, str]) -> bool:
        """Return whether a token with these scopes may use it; a tool without a room is open to every token."""
        given = scopes.get(self.scope) or scopes.get("*", "")
        return not self.scope or given == "write" or (given == "read" and not self.writes)

    def request(self, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
        """Return the path, the query and the body of a request; raises ``WrongArguments``."""
        self._check(arguments)
        path, query, body = self.path, {}, {}
        for name, value in arguments.items():
            if self.places[name] == "path":
                path = path.replace(f"{{{name}}}", quote(str(value), safe="@"))
            elif self.places[name] == "query":
                query[name] = value
            else:
                body[name] = value
        if "limit" in self.places:
            query.setdefault("limit", USUAL_RECORDS)
        return path, query, body if self.writes else None

    def _check(self, arguments: Mapping[str, Any]) -> None:
        """Raise ``WrongArguments`` for what the API would ignore; a misspelt condition would find all records."""
        if unknown := sorted(set(arguments) - set(self.places)):
            raise WrongArguments(f"{unknown[0]}: {self.name} has no such argument. It has: {', '.join(self.places)}.")
        if missing := sorted(set(self.schema["required"]) - set(arguments)):
            raise WrongArguments(f"{missing[0]}: {self.name} needs this argument.")
        limit = arguments.get("limit", USUAL_RECORDS)
        if type(limit) is not int or not 0 < limit <= MOST_RECORDS:
            raise WrongArguments(f"limit: a number from 1 to {MOST_RECORDS}.")


@lru_cache(maxsize=1)
def tools() -> Mapping[str, Tool]:
    """Map the names of all tools to them."""
    known = document()
    found = [_describing()]
    for path, methods in known["paths"].items():
        for method, operation in methods.items():
            if method == "get" or operation["operationId"] == PLAN:
                found.append(_tool(known, path, method, operation))
    return {tool.name: tool for tool in found}


def _tool(known: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Tool:
    places, properties, required = {}, {}, []
    for one in operation.get("parameters", []):
        if one["in"] == "header":
            continue
        places[one["name"]] = one["in"]
        properties[one["name"]] = one["schema"] | ({"description": one["description"]} if "description" in one else {})
        required += [one["name"]] if one.get("required") else []
    if "limit" in properties:
        properties["limit"] |= {"maximum": MOST_RECORDS, "default": USUAL_RECORDS}
    if method == "post":
        body = known["components"]["schemas"]["PlanIn"]
        properties, required = dict(body["properties"]), [*body["required"]]
        properties["kind"] = properties["kind"] | {"enum": sorted(kinds())}
        places = dict.fromkeys(properties, "body")
    return Tool(
        name=operation["operationId"],
        title=operation["summary"],
        description=f"{operation['summary']}. {operation.get('description', '')}".strip(),
        method=method.upper(),
        path=path.removeprefix("/api/v1/"),
        scope=operation.get("x-scope", ""),
        places=places,
        schema=_object(properties, required),
    )


def _describing() -> Tool:
    """Return the tool that tells the members of a kind of record, which plans need."""
    return Tool(
        name=DESCRIBE,
        title="Describe a kind of record",
        description="Return the JSON Schemas of a kind of record: its members, and which of them a new record needs.",
        method="GET",
        path="token",
        scope="",
        places={"kind": "kind"},
        schema=_object({"kind": {"type": "string", "enum": sorted(kinds())}}, ["kind"]),
    )


def describe(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schemas of a kind of record: as it is shown, and of a new one; raises ``WrongArguments``."""
    kind = kinds().get(str(arguments.get("kind")))
    if kind is None or set(arguments) != {"kind"}:
        raise WrongArguments(f"kind: one of {', '.join(sorted(kinds()))}, and no other argument.")
    schemas = document()["components"]["schemas"]
    return {"record": schemas[kind.name], "new": schemas[f"{kind.name}Add"]}


def _object(properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
