"""The declaration of the brand room: what a reseller's pages look like, and the portal as an app on a phone."""

from __future__ import annotations

from portal.core.rooms import EVERYBODY, Page, Room

ROOM = Room(
    "brand",
    pages=(
        Page("style", "<slug:brand>/colour.css", "style", EVERYBODY),
        Page("logo", "<slug:brand>/logo.png", "logo", EVERYBODY),
        Page("icon", "<slug:brand>/icon-<int:size>.png", "icon", EVERYBODY),
        Page("app", "<slug:brand>/app.webmanifest", "app", EVERYBODY),
        Page("plain-app", "app.webmanifest", "app", EVERYBODY),
        Page("worker", "worker.js", "worker", EVERYBODY),
        Page("offline", "offline/", "offline", EVERYBODY),
    ),
)
