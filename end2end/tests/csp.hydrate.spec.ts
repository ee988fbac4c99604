import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test("a strict policy that nothing violates, with a fresh nonce in every answer", async ({ page, control }) => {
  const violations: string[] = [];
  await page.exposeBinding("violated", (_source, what: string) => void violations.push(what));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      (window as unknown as { violated: (what: string) => void }).violated(`${violatedDirective}: ${blockedURI}`);
    });
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) violations.push(message.text());
  });
  page.on("pageerror", (error) => violations.push(error.message));

  const nonces = new Set<string>();
  for (const path of ["/sign-in", "/sign-in", "/sign-up"]) {
    const answer = await page.goto(path);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    expect(policy).not.toMatch(/'unsafe-inline'|'unsafe-eval'|'unsafe-hashes'|\*/);
    expect(policy).toMatch(/object-src 'none'|default-src 'none'/);
    expect(policy).toContain("base-uri 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self'");
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    if (nonce) nonces.add(nonce);
    expect(answer?.headers()["x-content-type-options"]).toBe("nosniff");
    expect(answer?.headers()["referrer-policy"]).toBeTruthy();
  }
  expect([0, 3]).toContain(nonces.size);

  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("under a strict policy");
  await editor.saved();
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(violations).toEqual([]);

  const answer = await page.goto(`/documents/${editor.id}`);
  const headers = answer?.headers() ?? {};
  const nonce = /'nonce-([^']+)'/.exec(headers["content-security-policy"] ?? "")?.[1];
  expect(nonces.has(nonce ?? "")).toBe(false);
  expect(headers["content-security-policy"]).toContain("'wasm-unsafe-eval'");
  expect(headers["cache-control"]).toContain("no-store");
  // A nonce in an attribute that style sheets can match on would leak.
  if (nonce) expect(await page.evaluate((nonce) => document.querySelector(`[crossorigin*="${nonce}"]`), nonce)).toBeNull();
});

test("the site's files are compressed, cached for ever and of the right type", async ({ page }) => {
  const seen = new Map<string, Record<string, string>>();
  page.on("response", (answer) => {
    const { pathname } = new URL(answer.url());
    if (pathname.startsWith("/pkg/")) seen.set(pathname.replace(/\.[0-9a-f]{16}\./, "."), answer.headers());
  });
  await signIn(page, ada);
  await Editor.create(page);
  for (const [path, type] of [
    ["/pkg/holdfast.css", "text/css"],
    ["/pkg/holdfast.js", "text/javascript"],
    ["/pkg/holdfast.wasm", "application/wasm"],
    ["/pkg/boot.js", "text/javascript"],
  ] as const) {
    const headers = seen.get(path);
    expect(headers?.["content-type"], path).toContain(type);
    expect(headers?.["content-encoding"], path).toMatch(/^(br|gzip)$/);
    expect(headers?.["cache-control"], path).toBe("public, max-age=31536000, immutable");
  }
});

test("F2 a forced end never clears the device, and no answer to it redirects the API", async ({ page, control }) => {
  const cleared: string[] = [];
  page.on("response", (answer) => {
    if (answer.headers()["clear-site-data"]) cleared.push(answer.url());
  });
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await control.advance(2 * 24 * 60 * 60);
  await editor.text.focus();
  await editor.type("x");
  await editor.phase("expired");
  for (const path of ["/api/session", "/api/documents", `/api/documents/${editor.id}/draft`]) {
    const answer = await page.request.get(path, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(401);
    expect(answer.headers()["content-type"], path).toContain("application/problem+json");
    expect(((await answer.json()) as { code: string }).code, path).toBe("expired");
  }
  expect(cleared).toEqual([]);
});
