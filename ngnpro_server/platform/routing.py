"""Views of routing and of trusted peers, in the columns of Kamailio's drouting, dialplan and permissions modules.

They follow docs/routing.md. drouting finds the list of gateways for a number: ``dr_rules`` has it for every prefix and
group of callers, with the gateways of shorter prefixes behind. dialplan rewrites the number: each gateway is a dial
plan (``dpid``), and each of its rules a row. A caller's group is ``dr_group`` in ``usr_preferences``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, exists, func, literal, or_, select, union_all

from ngnpro_server.store.schema import gateway_rules, gateways, routes, sip_accounts, trusted_peers

from .sql import View, after_at, columns_of, joined, text, view, whole

_R, _A, _T = routes.c, sip_accounts.c, trusted_peers.c
# the most that Kamailio's drouting tries for one call
MOST_GATEWAYS = 32


def _originator(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.lower(func.trim(column))


def _groups() -> Any:
    """The groups of callers: one per reseller, and one for each originator that a reseller's routes name."""
    originator = _originator(_R.originator)
    named = (
        select(_R.reseller_id, originator.label("originator"), (func.min(_R.id) * 2 + 1).label("number"))
        .where(originator != "")
        .group_by(_R.reseller_id, originator)
    )
    plain = select(_R.reseller_id, literal("").label("originator"), (_R.reseller_id * 2).label("number")).distinct()
    return union_all(plain, named)


def _is_for(route: Any, group: Any) -> ColumnElement[bool]:
    """The condition that a route takes the calls of a group: it is for the group's reseller and callers."""
    wanted = _originator(route.originator)
    return and_(
        route.reseller_id == group.reseller_id,
        or_(wanted == "", wanted == group.originator, wanted == after_at(group.originator)),
    )


def _chosen() -> Any:
    """The routes that a number with a prefix takes, in order: the best of each carrier, as ``position``."""
    groups = _groups().subquery("g")
    # numbers are 00 and digits: other prefixes can match none
    usable = or_(_R.prefix == "", _R.prefix == "0", _R.prefix.like("00%"))
    prefixes = (
        select(groups.c.number, groups.c.reseller_id, groups.c.originator, _R.prefix)
        .join_from(groups, routes, _is_for(_R, groups.c))
        .where(usable)
        .distinct()
        .subquery("p")
    )
    lengths = select(func.length(_R.prefix).label("length")).distinct().subquery("lengths")
    fit = routes.alias("fit")
    beginning = func.substr(prefixes.c.prefix, 1, lengths.c.length)
    order = (
        func.length(fit.c.prefix).desc(),
        fit.c.priority,
        case((_originator(fit.c.originator) == "", 1), else_=0),
        fit.c.id,
    )
    same = prefixes.c.number, prefixes.c.prefix
    return (
        select(
            *same,
            fit.c.carrier_id,
            func.row_number().over(partition_by=(*same, fit.c.carrier_id), order_by=order).label("turn"),
            func.row_number().over(partition_by=same, order_by=order).label("position"),
        )
        .join_from(prefixes, lengths, lengths.c.length <= func.length(prefixes.c.prefix))
        .join(fit, and_(fit.c.prefix == beginning, _is_for(fit.c, prefixes.c)))
        .subquery("chosen")
    )


def _rules() -> Select[Any]:
    chosen = _chosen()
    place = (chosen.c.position * 1_000_000_000 + gateways.c.id).label("place")
    tried = (
        select(chosen.c.number, chosen.c.prefix, gateways.c.id, place)
        .join_from(chosen, gateways, gateways.c.carrier_id == chosen.c.carrier_id)
        .where(chosen.c.turn == 1)
        .order_by(chosen.c.number, chosen.c.prefix, place)
        .subquery("tried")
    )
    return columns_of(
        # only for the proxy's log
        ruleid=whole(tried.c.number),
        groupid=text(tried.c.number, 20),
        prefix=text(tried.c.prefix, 64),
        timerec=text(literal(""), 16),
        priority=whole(literal(0)),
        routeid=text(literal("0"), 16),
        gwlist=text(joined(text(tried.c.id, 20), tried.c.place), 255),
        description=text(literal(""), 16),
    ).group_by(tried.c.number, tried.c.prefix)


def _host(column: ColumnElement[str]) -> ColumnElement[str]:
    return case((column.like("%:%"), literal("[") + column + literal("]")), else_=column)


def _gateways() -> Select[Any]:
    transport = case((gateways.c.transport.in_(("", "udp")), ""), else_=literal(";transport=") + gateways.c.transport)
    return columns_of(
        gwid=whole(gateways.c.id),
        type=whole(literal(0)),
        address=text(_host(gateways.c.ip) + literal(":") + text(gateways.c.port, 5) + transport),
        strip=whole(literal(0)),
        pri_prefix=text(literal(""), 16),
        attrs=text(gateways.c.id, 20),
        description=text(gateways.c.name, 64),
    )


def _lists() -> Select[Any]:
    """An empty table that drouting requires; lists of gateways are in the rules."""
    none = literal("", String(16))
    return columns_of(id=whole(gateways.c.id), gwlist=text(none, 16)).where(gateways.c.id < 0)


def _group_of(reseller: Any, *originators: ColumnElement[str]) -> ColumnElement[Any]:
    """The number of a caller's group: the one of the first originator that the reseller's routes name."""
    found = []
    for one in originators:
        query = select(func.min(_R.id) * 2 + 1).where(_R.reseller_id == reseller, _originator(_R.originator) != "")
        found.append(query.where(_originator(_R.originator) == func.lower(one)).scalar_subquery())
    return func.coalesce(*found, reseller * 2)


def group_of_account() -> ColumnElement[Any]:
    """Return the number of the group of callers that an account is in."""
    return _group_of(_A.reseller_id, _A.username + literal("@") + _A.domain, _A.domain + literal(""))


def _groups_of_callers() -> Select[Any]:
    return columns_of(
        id=whole(_A.id),
        username=_A.username,
        domain=_A.domain,
        groupid=whole(group_of_account()),
        description=text(literal(""), 16),
    )


def _length(shortest_or_longest: Any) -> ColumnElement[str]:
    return text(shortest_or_longest - func.length(gateway_rules.c.prefix), 3)


def _rewriting() -> list[Select[Any]]:
    """One row per rule, those with longer prefixes first, and one for each gateway without a rule."""
    rule = gateway_rules.c
    length = func.length(rule.prefix)
    shortest = case((rule.min_length > length, _length(rule.min_length)), else_="0")
    longest = case((rule.max_length > 0, _length(rule.max_length)), else_="")
    number = literal("^") + rule.prefix + literal("[0-9]{") + shortest + literal(",") + longest + literal("}$")
    place = func.row_number().over(partition_by=rule.gateway_id, order_by=(length.desc(), rule.id))
    usable = and_(~rule.prefix.like("+%"), or_(rule.max_length == 0, rule.max_length >= length))
    strip = literal("^.{0,") + text(rule.strip, 3) + literal("}(.*)$")
    put = func.replace(rule.prepend, "#", "%23") + literal("\\1")
    ruleless = ~exists().where(rule.gateway_id == gateways.c.id)
    of_rules = _row(rule.id, rule.gateway_id, place, number, strip, put).where(usable)
    everything, same = literal("^(.*)$"), literal("\\1")
    of_others = _row(gateways.c.id, gateways.c.id, literal(1), everything, everything, same)
    return [of_rules, of_others.where(ruleless)]


def _row(rule: Any, plan: Any, place: Any, number: Any, strip: Any, put: Any) -> Select[Any]:
    return columns_of(
        id=whole(rule),
        dpid=whole(plan),
        pr=whole(place),
        match_op=whole(literal(1)),
        match_exp=text(number, 64),
        match_len=whole(literal(0)),
        subst_exp=text(strip, 64),
        repl_exp=text(put, 256),
        attrs=text(literal(""), 64),
    )


def _peer_tag() -> ColumnElement[str]:
    """What the proxy needs to know about a peer, as parameters: the permissions module has one column for it."""
    group = _group_of(_T.reseller_id, func.trim(_T.originator), after_at(func.trim(_T.originator)))
    parts: dict[str, Any] = {
        "peer": _T.id,
        "reseller": _T.reseller_id,
        "group": group,
        "strip": _T.strip,
        "limit": _T.call_limit,
        "blocked": case((_T.blocked != 0, 1), else_=0),
        "enum": case((_T.enum_lookup, 1), else_=0),
        "transit": case((_T.transit, 1), else_=0),
    }
    tag: ColumnElement[str] = literal("")
    for name, value in parts.items():
        tag = tag + literal(f"{name}=") + text(value, 32) + literal(";")
    # Kamailio reads nothing behind a parameter without a value
    return tag + case((_T.prefix == "", ""), else_=literal("prefix=") + _T.prefix)


def _trusted() -> Select[Any]:
    protocol = case((_T.protocol == "", "any"), else_=func.lower(_T.protocol))
    return columns_of(
        id=whole(_T.id),
        src_ip=_T.ip,
        proto=text(protocol, 4),
        from_pattern=case((_T.from_pattern == "", None), else_=_T.from_pattern),
        ruri_pattern=text(func.nullif(literal(""), ""), 64),
        tag=text(_peer_tag()),
        priority=whole(literal(0)),
    )


def _addresses() -> list[Select[Any]]:
    """Peers are group 1, gateways group 2; names of hosts are left out, since the module wants IP addresses."""
    return [
        select(
            whole(table.c.id).label("id"),
            whole(literal(number)).label("grp"),
            table.c.ip.label("ip_addr"),
            whole(case((table.c.ip.like("%:%"), 128), else_=32)).label("mask"),
            whole(literal(0)).label("port"),
            text(table.c.id, 20).label("tag"),
        ).where(or_(table.c.ip.like("%:%"), _is_ipv4(table.c.ip)))
        for number, table in ((1, trusted_peers), (2, gateways))
    ]


def _is_ipv4(column: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a host is an IPv4 address: no top-level domain ends in a digit."""
    return func.substr(column, func.length(column), 1).between("0", "9")


VIEWS: tuple[View, ...] = (
    view("dr_gateways", _gateways()),
    view("dr_rules", _rules()),
    view("dr_gw_lists", _lists()),
    view("dr_groups", _groups_of_callers()),
    view("dialplan", *_rewriting()),
    view("trusted", _trusted()),
    view("address", *_addresses()),
)
