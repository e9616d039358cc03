{# context: none #}{% load static %}/* While the portal cannot be reached, a page of its own says so. No other page is stored: pages contain personal data. */
"use strict";

const OFFLINE = "{% url 'brand:offline' %}";
const STORED = [OFFLINE, "{% static 'bootstrap/bootstrap.min.css' %}", "{% static 'portal.css' %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open("offline").then((cache) => cache.addAll(STORED)).then(() => self.skipWaiting()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  } else if (STORED.includes(new URL(event.request.url).pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});
