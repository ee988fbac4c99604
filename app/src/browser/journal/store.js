// The device journal's disk: IndexedDB, sealed by WebCrypto, one log per writer. JavaScript, because the two speak in
// events and promises only: the same in wasm weighs five times as much. What the records mean is decided in Rust.
//
// logs     writer → { writer, sub, document, at }           who left it, when it was last written to
// records  [writer, n] → { writer, n, key, iv, sealed }     AES-256-GCM; the additional data names log and place

const DAY_MS = 86_400_000;
/**
 * Of an owner who does not come back for so long, a note stays in place of the words (WCAG 2.2.6: 20 hours at least). For one
 * who does, words that are still here are never too old: the clock that says so may have been set meanwhile.
 */
const KEPT_MS = 30 * DAY_MS;

/** Longer than this nothing waits for the disk or the key: a save must not hang on a device that hangs. */
const PATIENCE_MS = 3_000;

const utf8 = new TextEncoder();

const inTime = (promise, why) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(why)), PATIENCE_MS))]);

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opening;
const database = () =>
  (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("holdfast", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("logs", { keyPath: "writer" });
      request.result.createObjectStore("records", { keyPath: ["writer", "n"] });
    };
    request.onsuccess = () => {
      // Somebody cleared the site's data, or a newer version of this page wants to change the form.
      request.result.onversionchange = request.result.onclose = () => {
        request.result.close();
        opening = undefined;
      };
      resolve(request.result);
    };
    request.onerror = request.onblocked = () => reject(request.error);
  }).catch((error) => {
    opening = undefined;
    throw error;
  }));

/** Keys by id, never extractable, never on disk: the server gives them to a live session of this user and to nobody else. */
const keyrings = new Map();
const keyring = (sub) => {
  if (!keyrings.has(sub)) {
    keyrings.set(
      sub,
      fetchKeys(sub).catch((error) => {
        keyrings.delete(sub);
        throw error;
      }),
    );
  }
  return keyrings.get(sub);
};

async function fetchKeys(sub) {
  // Pages that are not from a secure origin cannot seal, and keep nothing.
  if (!crypto.subtle) throw new Error("unsealable");
  const how = { cache: "no-store", headers: { "holdfast-user": sub }, signal: AbortSignal.timeout(5 * PATIENCE_MS) };
  const answer = await fetch("/api/journal-key", how).then(
    (reply) => (reply.ok ? reply.json() : undefined),
    () => undefined,
  );
  if (!answer) throw new Error("locked");
  const ring = new Map();
  for (const { id, key } of answer.keys) {
    const bytes = Uint8Array.from(atob(key), (char) => char.charCodeAt(0));
    ring.set(id, await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]));
  }
  return ring;
}

const binding = ({ sub, document, writer }, n) =>
  utf8.encode(["holdfast journal v1", sub, document, writer, n].join("\n"));

async function seal(log, n, text) {
  const [[key, secret]] = await keyring(log.sub);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: binding(log, n) };
  return { writer: log.writer, n, key, iv, sealed: await crypto.subtle.encrypt(how, secret, utf8.encode(text)) };
}

async function unseal(log, { n, key, iv, sealed }) {
  try {
    const how = { name: "AES-GCM", iv, additionalData: binding(log, n) };
    const ring = await keyring(log.sub);
    return new TextDecoder().decode(await crypto.subtle.decrypt(how, ring.get(key), sealed));
  } catch {
    return null;
  }
}

const ofWriter = (writer) => IDBKeyRange.bound([writer, 0], [writer, Infinity]);

/** What waits to be written, in order. While one transaction is on its way the next ones gather: they share its flush. */
let waiting = [];
let writing = false;
const next = new Map();

/**
 * Adds records to a log, after removing all that it has where `anew` says so. Resolves when they are on the disk, flushed
 * (`durability: "strict"`: relaxed transactions are complete before the operating system has them).
 */
export function write(sub, document, writer, anew, records) {
  return new Promise((resolve, reject) => {
    waiting.push({ log: { sub, document, writer }, anew, records, resolve, reject });
    if (!writing) drain();
  });
}

async function drain() {
  writing = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    try {
      await commit(group);
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
  writing = false;
}

async function commit(group) {
  const sealing = group.flatMap(({ log, records }) =>
    records.map((text) => {
      const n = next.get(log.writer) ?? 0;
      next.set(log.writer, n + 1);
      return seal(log, n, text);
    }),
  );
  // Without an answer there is no key yet.
  const sealed = await inTime(Promise.all(sealing), "locked");
  await inTime(put(group, sealed), "slow");
}

async function put(group, sealed) {
  const flush = sealed.length > 0 ? "strict" : "relaxed";
  const transaction = (await database()).transaction(["logs", "records"], "readwrite", { durability: flush });
  const [logs, records] = ["logs", "records"].map((name) => transaction.objectStore(name));
  let taken = 0;
  for (const { log, anew, records: texts } of group) {
    if (anew) records.delete(ofWriter(log.writer));
    for (const record of sealed.slice(taken, (taken += texts.length))) records.put(record);
    if (texts.length > 0) logs.put({ ...log, at: Date.now() });
    else if (anew) logs.delete(log.writer);
  }
  transaction.commit?.();
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/** Holds a log for as long as this page lives; `false` where another page does. The browser lets go when a page dies. */
function hold(writer) {
  return new Promise((resolve) => {
    navigator.locks
      .request(`holdfast-log-${writer}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}

/** A tab begins a log: holds it, and has the key at hand before there is no connection. */
export function begin(sub, writer) {
  hold(writer).catch(() => undefined);
  keyring(sub).catch(() => undefined);
}

/** Dead tabs' logs that this page holds already: what could not be brought home is looked at again. */
const claimed = new Set();

async function claim(writer) {
  if (!claimed.has(writer) && (await hold(writer))) claimed.add(writer);
  return claimed.has(writer);
}

/**
 * The logs that this user's dead tabs left: `[{ writer, document, at, records }]`, each held by this page from now on. A
 * record that cannot be opened is `null`; `records` is missing where the words have been purged.
 */
export async function left(sub) {
  const db = await database();
  const read = (store, query) => settled(db.transaction(store).objectStore(store).getAll(query));
  const found = [];
  for (const log of await read("logs")) {
    const old = log.at < Date.now() - KEPT_MS;
    if ((log.sub !== sub && !old) || !(await claim(log.writer))) continue;
    if (log.sub !== sub) {
      const purge = db.transaction(["logs", "records"], "readwrite");
      purge.objectStore("records").delete(ofWriter(log.writer));
      purge.objectStore("logs").put({ ...log, purged: true });
      continue;
    }
    const { writer, document, at } = log;
    await keyring(sub);
    const sealed = await read("records", ofWriter(writer));
    next.set(writer, (sealed.at(-1)?.n ?? -1) + 1);
    const records = await Promise.all(sealed.map((record) => unseal(log, record)));
    // Nobody is told for ever of what no key opens.
    const gone = log.purged || (old && records.every((record) => record === null));
    found.push(gone ? { writer, document, at } : { writer, document, at, records });
  }
  return found;
}

/** The documents of which this browser has words of this user's that no receipt covers, for the list of documents. */
export async function kept(sub) {
  const logs = await settled((await database()).transaction("logs").objectStore("logs").getAll());
  return logs.filter((log) => log.sub === sub && !log.purged).map((log) => log.document);
}

/** Asks the browser not to clear this site's storage by itself. */
export const persist = () => navigator.storage?.persist?.();

/** Gives the person a file. */
export function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
