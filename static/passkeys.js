/* Passkeys: lets the browser make or prove one, and sends its answer with the form. Without it, codes still work. */
"use strict";

const form = document.querySelector("form[data-passkey]");

/* Browsers speak in bytes, the portal in base64url. */
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withIds = (list) => (list || []).map((item) => ({ ...item, id: toBytes(item.id) }));

async function create(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withIds(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id,
    rawId: toText(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: toText(made.response.clientDataJSON),
      attestationObject: toText(made.response.attestationObject),
    },
  };
}

async function prove(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withIds(options.allowCredentials),
  };
  const proof = await navigator.credentials.get({ publicKey });
  return {
    id: proof.id,
    rawId: toText(proof.rawId),
    type: proof.type,
    response: {
      clientDataJSON: toText(proof.response.clientDataJSON),
      authenticatorData: toText(proof.response.authenticatorData),
      signature: toText(proof.response.signature),
    },
  };
}

async function answer() {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  if (form.dataset.passkey === "create" && !form.reportValidity()) {
    return;
  }
  try {
    const options = JSON.parse(form.dataset.options);
    const given = form.dataset.passkey === "create" ? await create(options) : await prove(options);
    form.elements.passkey.value = JSON.stringify(given);
    form.submit();
  } catch {
    /* The person closed the browser's window, or has no such key here. */
    failed.hidden = false;
  }
}

if (form && window.PublicKeyCredential) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.passkey === "create") {
      event.preventDefault();
      answer();
    }
  });
  form.querySelectorAll("[data-passkey-button], [data-passkey-or]").forEach((part) => { part.hidden = false; });
  form.querySelector("[data-passkey-button]").addEventListener("click", answer);
}
