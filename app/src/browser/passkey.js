// Passkeys (Web Authentication, Level 3, https://www.w3.org/TR/webauthn-3/): what only a script can do, on the pages that
// speak of them. The options and the credentials are the pool's and the browser's own JSON, in which bytes are base64url.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const known = (credentials) => credentials?.map((one) => ({ ...one, id: bytes(one.id) }));

/** What every credential says of itself; `toJSON` is younger than passkeys are, and missing from some managers' own. */
const told = (credential, response) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
});

async function create(options) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: known(options.excludeCredentials),
    },
  });
  return told(credential, {
    attestationObject: text(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
  });
}

async function assertion(options) {
  const credential = await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) },
  });
  const { authenticatorData, signature, userHandle } = credential.response;
  return told(credential, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

/**
 * A step of the sign-in: asks for the passkey and sends the form on. Where none was used the field stays empty, and the
 * answer says so.
 */
export async function get(place) {
  if (place.dataset.state) return;
  place.dataset.state = "asking";
  try {
    place.querySelector("input").value = JSON.stringify(await assertion(JSON.parse(place.dataset.options)));
  } catch (error) {
    console.warn(error);
  }
  place.dataset.state = "done";
  place.closest("form")?.requestSubmit();
}

/** The same as in `boot.js`, for pages that have no islands. */
function intercept(event) {
  const place = event.target.querySelector("[data-passkey=get]");
  if (!place || place.dataset.state === "done" || event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  get(place);
}

/** Asks this server; a refusal is an error. */
async function ask(path, body) {
  const headers = body && { "content-type": "application/json" };
  const answer = await fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.status === 204 ? undefined : answer.json();
}

function offer(place) {
  const [button, status] = [place.querySelector("button"), place.querySelector("[role=status]")];
  const say = (what) => (status.textContent = place.dataset[what] ?? "");
  if (!globalThis.PublicKeyCredential) return say("unknown");
  // A relying party is named by a domain (Web Authentication, 5.1.3, step 7), which neither IPv4 nor IPv6 is.
  if (/^[\d.]+$|^\[/.test(location.hostname)) return say("noDomain");
  say("");
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    say("");
    try {
      const { options } = await ask("/api/account/passkeys/options");
      await ask("/api/account/passkeys", { credential: await create(options) });
      location.assign("/account?done=passkey");
    } catch (error) {
      say({ NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "there" }[error.name] ?? "failed");
      button.disabled = false;
      button.focus();
    }
  });
}

for (const place of document.querySelectorAll("[data-passkey=create]")) offer(place);
if (globalThis.PublicKeyCredential) document.documentElement.dataset.passkeys = "";
addEventListener("submit", intercept, true);
