// The service worker. It answers one thing: a page that the network does not bring, with the page that says so. It keeps
// nothing of anybody's: what it has in its cache is that one page, the same for all. Everything else passes it untouched:
// saves, streams, files, forms.

// The server puts the hash of the page here: another page is another service worker.
const PAGE = "/offline?__PAGE__";
const CACHE = "offline";

/** Answered by the network or not at all: what is no page, and what is saved as a file. */
const NEVER = /^\/(api|auth|pkg|__control)\/|\/export$/;

addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.add(new Request(PAGE, { cache: "reload", credentials: "omit" })))
      // No page has been made with the former one's help, so none is left behind.
      .then(() => skipWaiting()),
  );
});

addEventListener("activate", (event) => {
  event.waitUntil(
    Promise.all([
      // So that a page does not wait for this script to start.
      registration.navigationPreload?.enable(),
      caches.open(CACHE).then(async (cache) => {
        for (const kept of await cache.keys()) if (!kept.url.endsWith(PAGE)) await cache.delete(kept);
      }),
    ]).then(() => clients.claim()),
  );
});

addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET" || mode !== "navigate" || NEVER.test(new URL(url).pathname)) return;
  event.respondWith(
    fromNetwork(event).catch(async (error) => {
      const page = await caches.match(PAGE);
      if (!page) throw error;
      // A response of its own: it has no address, so the tab keeps the one that was asked for.
      return new Response(page.body, { status: 503, headers: page.headers });
    }),
  );
});

async function fromNetwork(event) {
  return (await event.preloadResponse) ?? fetch(event.request);
}
