/* The portal works without this file; it only makes some things quicker. */
"use strict";

document.addEventListener("keydown", (event) => {
  const find = document.getElementById("find");
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !localStorage.getItem("no-slash");
  const controlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
  if (find && (slash || controlK)) {
    event.preventDefault();
    find.focus();
    find.select();
  }
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  }
  const small = event.target.closest("[data-copy-text]");
  if (small) {
    await navigator.clipboard.writeText(small.dataset.copyText);
    small.setAttribute("aria-label", small.dataset.copied);
    small.classList.add("is-copied");
  }
  if (event.target.closest("[data-print]")) {
    window.print();
  }
});

/* Buttons that copy wait, hidden, for this file; browsers let pages copy over HTTPS and on this machine only. */
for (const button of document.querySelectorAll("[data-copy][hidden], [data-copy-text]")) {
  button.hidden = !navigator.clipboard;
}

/* On a phone the tabs are one line that moves sideways: the one that is open is in sight. */
const tab = document.querySelector(".nav-tabs .active");
if (tab) {
  const tabs = tab.closest(".nav-tabs");
  const middle = (tabs.clientWidth - tab.offsetWidth) / 2;
  tabs.scrollLeft += tab.getBoundingClientRect().left - tabs.getBoundingClientRect().left - middle;
}

/* One box ticks all rows of a page. */
for (const all of document.querySelectorAll("[data-tick-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.closest("table").querySelectorAll("tbody .tick")) {
      box.checked = all.checked;
    }
  });
}

/* Behind the row that was ticked last is a link to the actions, so that the keyboard need not pass all other rows. */
const toActions = document.querySelector(".to-actions");
if (toActions) {
  toActions.closest("form").addEventListener("change", (event) => {
    if (event.target.matches("tbody .tick, [data-tick-all]")) {
      event.target.after(toActions);
      toActions.hidden = !document.querySelector("tbody .tick:checked");
    }
  });
}

/* The page that says that NGNPro is away looks every three seconds whether it is back. */
const away = document.querySelector("[data-retry]");
if (away) {
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(away.dataset.retry, { headers: { Accept: "text/html" } });
      if (answer.status !== 503) {
        clearInterval(timer);
        location.replace(away.dataset.retry);
      }
    } catch {
      /* The portal itself is away: go on looking. */
    }
  }, 3000);
}

/* How strong a typed password looks: its length, and how many different characters follow each other in no order. The
   portal judges more strictly when the form is sent. */
function strengthOf(password) {
  const letters = Array.from(password);
  const free = letters.filter((letter, at) => {
    const before = at ? letters[at - 1].codePointAt(0) : -9;
    return Math.abs(letter.codePointAt(0) - before) > 1;
  });
  const bits = Math.min(free.length, 2 * new Set(free).size) * Math.log2(Math.max(2, new Set(free).size));
  return bits < 28 ? "weak" : bits < 40 ? "fair" : bits < 55 ? "good" : "strong";
}

document.addEventListener("input", (event) => {
  const line = event.target.dataset.strength && document.getElementById(event.target.dataset.strength);
  if (line) {
    line.hidden = !event.target.value;
    const words = event.target.value ? line.dataset[strengthOf(event.target.value)] : "";
    if (line.textContent !== words) {
      line.textContent = words;
    }
  }
});

/* A suggested password goes into its field, and into the one where it is typed again. */
for (const button of document.querySelectorAll("[data-use]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.use);
    const again = field.form.elements.namedItem("again");
    for (const one of [field, again]) {
      if (one) {
        one.value = document.getElementById(`${field.id}_suggestion`).textContent;
      }
    }
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

/* The search box shows what it finds while somebody types: arrow keys choose, Enter opens, Escape closes. What was opened
   from it last is remembered until the tab is closed. */
const find = document.getElementById("find");
const found = document.getElementById("found");
if (find && found) {
  const recent = () => JSON.parse(sessionStorage.getItem("opened") || "[]");
  const options = () => Array.from(found.querySelectorAll("[role=option]"));
  const chosen = () => found.querySelector("[aria-selected=true]");

  const choose = (option) => {
    for (const one of options()) {
      one.setAttribute("aria-selected", String(one === option));
    }
    find.setAttribute("aria-activedescendant", option ? option.id : "");
    if (option) {
      option.scrollIntoView({ block: "nearest" });
    }
  };
  const show = (is_open) => {
    found.hidden = !is_open || !found.childElementCount;
    find.setAttribute("aria-expanded", String(!found.hidden));
    options().forEach((option, at) => {
      option.id = `found-${at}`;
      option.tabIndex = -1;
    });
    const count = document.getElementById("found-count");
    const words = options().length === 1 ? count.dataset.one : count.dataset.many.replace("…", options().length);
    count.textContent = found.hidden ? "" : words;
    choose(null);
  };
  const showRecent = () => {
    const title = document.createElement("p");
    title.className = "found-kind";
    title.textContent = found.dataset.recent;
    const links = recent().map(([url, name]) => {
      const link = document.createElement("a");
      link.className = "hit";
      link.setAttribute("role", "option");
      link.href = url;
      link.textContent = name;
      return link;
    });
    found.replaceChildren(...(links.length ? [title, ...links] : []));
    show(true);
  };

  find.setAttribute("role", "combobox");
  find.setAttribute("aria-controls", "found");
  find.setAttribute("aria-autocomplete", "list");
  find.setAttribute("aria-expanded", "false");
  found.addEventListener("htmx:afterSwap", () => show(document.activeElement === find && find.value.trim() !== ""));
  find.addEventListener("focus", () => (find.value.trim() ? show(true) : showRecent()));
  find.addEventListener("input", () => find.value.trim() || showRecent());
  find.addEventListener("blur", (event) => found.contains(event.relatedTarget) || show(false));
  found.addEventListener("mousedown", (event) => event.preventDefault());
  found.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) {
      const name = option.querySelector(".strong") || option;
      const others = recent().filter(([url]) => url !== option.pathname);
      const opened = [[option.pathname, name.textContent.trim()], ...others].slice(0, 6);
      sessionStorage.setItem("opened", JSON.stringify(opened));
    }
  });
  find.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length && !found.hidden) {
      event.preventDefault();
      const at = all.indexOf(chosen());
      choose(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && !found.hidden && chosen()) {
      event.preventDefault();
      chosen().click();
    } else if (event.key === "Escape" && !found.hidden) {
      event.preventDefault();
      show(false);
    }
  });
}

/* What the last person opened is forgotten when somebody signs out. */
if (!find) {
  sessionStorage.removeItem("opened");
}

/* A form in which something was changed asks before the page is left; so does one that comes back refused, with what was
   typed in it and not stored. */
let isChanged = document.querySelector("[data-unsaved]") !== null;
document.addEventListener("input", (event) => {
  if (event.target.closest("form.sheet[method=post]")) {
    isChanged = true;
  }
});
document.addEventListener("submit", () => {
  isChanged = false;
});
document.addEventListener("click", (event) => {
  isChanged = isChanged && !event.target.closest(".form-foot a");
});
window.addEventListener("beforeunload", (event) => {
  if (isChanged) {
    event.preventDefault();
  }
});

/* A menu closes when the keyboard leaves it. */
for (const menu of document.querySelectorAll(".menu[popover]")) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) {
      menu.hidePopover();
    }
  });
}

/* Two minutes before the session ends by itself, a box says so, and a button keeps it. A page that is opened in another
   tab keeps it, too. */
const sessionEnd = document.querySelector(".session-end");
if (sessionEnd) {
  const minutes = Number(sessionEnd.dataset.minutes);
  const others = new BroadcastChannel("session");
  let used = Date.now();
  const keep = () => {
    used = Date.now();
    sessionEnd.hidden = true;
  };
  const look = () => {
    const idle = (Date.now() - used) / 60_000;
    const is_near = minutes > 2 && idle >= minutes - 2 && idle < minutes;
    if (is_near && sessionEnd.hidden) {
      sessionEnd.hidden = false;
      sessionEnd.querySelector("button").focus();
    } else if (!is_near) {
      sessionEnd.hidden = true;
    }
  };
  others.addEventListener("message", keep);
  others.postMessage("used");
  document.addEventListener("htmx:afterRequest", keep);
  sessionEnd.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(sessionEnd.dataset.stay, { redirect: "manual" }).catch(() => null);
    if (answer && answer.status === 204) {
      keep();
      others.postMessage("used");
    } else {
      sessionEnd.querySelector("p").textContent = sessionEnd.dataset.gone;
    }
  });
  setInterval(look, 10_000);
}

/* A wall display refreshes itself. If the portal does not answer, its figures stay and say that they are old; if it
   answers with another page, such as the one for signing in, that one is opened. */
if (document.querySelector("[data-wall]")) {
  let fresh = Date.now();
  const of_wall = (event) => event.target.matches("[data-wall]");
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (of_wall(event)) {
      event.detail.shouldSwap = event.detail.serverResponse.includes("data-wall");
      event.detail.isError = false;
      if (event.detail.shouldSwap) {
        fresh = Date.now();
      } else if (event.detail.xhr.status < 500) {
        location.reload();
      }
    }
  });
  setInterval(() => {
    document.querySelector("[data-wall-stale]").hidden = Date.now() - fresh < 90_000;
  }, 5000);
}

/* On a subscriber's phone, the portal can be installed as an app; without a connection it says so. */
if (document.body.dataset.worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/" });
}

/* The shortcut "/" can be switched off, for people who speak to their browser (WCAG 2.1.4). Ctrl-K always works. */
const slashSwitch = document.getElementById("slash-switch");
if (slashSwitch) {
  const tell = () => {
    const is_off = Boolean(localStorage.getItem("no-slash"));
    slashSwitch.setAttribute("aria-pressed", String(!is_off));
    slashSwitch.textContent = is_off ? slashSwitch.dataset.off : slashSwitch.dataset.on;
    document.querySelector(".find kbd").hidden = is_off;
  };
  slashSwitch.hidden = false;
  slashSwitch.addEventListener("click", () => {
    if (localStorage.getItem("no-slash")) {
      localStorage.removeItem("no-slash");
    } else {
      localStorage.setItem("no-slash", "yes");
    }
    tell();
  });
  tell();
}
