// On the page of a network that is gone: when Holdfast answers again, the page that was asked for is loaded.

const EVERY_MS = 5_000;

async function tryAgain() {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => undefined);
  if (answer?.ok) location.reload();
}

addEventListener("online", tryAgain);
setInterval(tryAgain, EVERY_MS);
