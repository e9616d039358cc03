"""Documents of presence (PIDF, RFC 3863, with the activities of RFC 4480), read and written."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

ACTIVITIES = ("open", "idle", "busy", "available")
_PIDF = "urn:ietf:params:xml:ns:pidf"
_RPID = "urn:ietf:params:xml:ns:pidf:rpid"
_MODEL = "urn:ietf:params:xml:ns:pidf:data-model"
_BUSY = frozenset({"busy", "on-the-phone", "meeting", "appointment", "presentation", "in-transit", "performance"})
_IDLE = frozenset({"away", "idle", "breakfast", "dinner", "holiday", "lunch", "meal", "sleeping", "vacation"})
_WRITTEN = {"busy": "busy", "idle": "away"}


def read_document(body: bytes) -> dict[str, str]:
    """Return the activity and the note of a document; no activity if it says that nobody is there, or is not valid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return {}
    found = {}
    activity = _activity(root)
    if activity:
        found["activity"] = activity
    if note := next((text.strip() for text in _texts(root, "note") if text.strip()), ""):
        found["note"] = note
    return found


def write_document(address: str, activity: str, note: str) -> bytes:
    """Return the document with an activity and a note of the SIP address of somebody."""
    root = etree.Element(f"{{{_PIDF}}}presence", nsmap={"pidf": _PIDF, "rpid": _RPID, "dm": _MODEL})
    root.set("entity", f"sip:{address}")
    tuple_ = etree.SubElement(root, f"{{{_PIDF}}}tuple", id="ngnpro")
    status = etree.SubElement(tuple_, f"{{{_PIDF}}}status")
    etree.SubElement(status, f"{{{_PIDF}}}basic").text = "open"
    if note:
        etree.SubElement(tuple_, f"{{{_PIDF}}}note").text = note
    if activity in _WRITTEN:
        person = etree.SubElement(root, f"{{{_MODEL}}}person", id="ngnpro-person")
        activities = etree.SubElement(person, f"{{{_RPID}}}activities")
        etree.SubElement(activities, f"{{{_RPID}}}{_WRITTEN[activity]}")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _activity(root: etree._Element) -> str:
    if "open" not in (text.strip() for text in _texts(root, "basic")):
        return ""
    said = {
        etree.QName(activity).localname
        for activities in root.iter("{*}activities")
        for activity in activities
        if isinstance(activity.tag, str)
    }
    if said & _BUSY:
        return "busy"
    return "idle" if said & _IDLE else "open"


def _texts(root: etree._Element, name: str) -> Iterable[str]:
    return (element.text or "" for element in root.iter(f"{{*}}{name}"))
