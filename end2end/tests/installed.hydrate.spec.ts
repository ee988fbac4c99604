import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test.describe("installed", () => {
  test.use({ serviceWorkers: "allow" });

  test("a browser finds nothing that keeps Holdfast from being installed", async ({ page }) => {
    await signIn(page, ada);
    const devtools = await page.context().newCDPSession(page);
    const { url, errors, data } = await devtools.send("Page.getAppManifest");
    expect(url).toMatch(/\/manifest\.webmanifest$/);
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? "{}")).toMatchObject({ name: "Holdfast", display: "standalone", start_url: "/" });
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // A test's browser is always one that leaves no traces.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);
    for (const [media, colour] of [["light", "#fcfaf7"], ["dark", "#181411"]]) {
      await expect(page.locator(`meta[name=theme-color][media*=${media}]`)).toHaveAttribute("content", colour ?? "");
    }
    const icon = await page.locator("link[rel=apple-touch-icon]").getAttribute("href");
    expect((await page.request.get(icon ?? "")).headers()["content-type"]).toBe("image/png");
  });
});

test("the typeface comes from here, only as much of it as there are letters, and is kept for ever", async ({ page }) => {
  const fonts = new Map<string, Record<string, string>>();
  page.on("response", (answer) => {
    const name = /\/pkg\/(.*)\.[0-9a-f]{16}\.woff2$/.exec(answer.url())?.[1];
    if (name) fonts.set(name, answer.headers());
  });
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Plain words");
  await page.evaluate(() => document.fonts.ready);
  expect([...fonts.keys()]).toEqual(["literata-latin"]);
  expect(fonts.get("literata-latin")).toMatchObject({
    "content-type": "font/woff2",
    "cache-control": "public, max-age=31536000, immutable",
  });
  await editor.type(" Привет Γειά Łódź");
  await expect.poll(() => [...fonts.keys()].sort()).toEqual(["literata-cyrillic", "literata-greek", "literata-latin", "literata-latin-ext"]);
  // What stands in until then may be missing on a device, Literata not.
  const failed = (): Promise<number> => page.evaluate(() => [...document.fonts].filter(({ family, status }) => family === "Literata" && status === "error").length);
  expect(await failed()).toBe(0);
});

test("nothing moves when the typeface comes", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("The harbour", "Nothing moved but the light, and the light moved slowly over the water. ".repeat(60));
  await signIn(page, ada);
  let go = (): void => undefined;
  const gone = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/*.woff2", async (route) => {
    await gone;
    await route.continue();
  });
  await page.goto(`/documents/${id}/read`, { waitUntil: "commit" });
  const article = page.locator("article");
  await expect(article).toBeVisible();
  const height = (): Promise<number> => article.evaluate((one) => one.getBoundingClientRect().height);
  const loaded = (): Promise<number> => page.evaluate(() => [...document.fonts].filter(({ family, status }) => family === "Literata" && status === "loaded").length);
  const before = await height();
  expect(await loaded()).toBe(0);
  go();
  await expect.poll(loaded).toBeGreaterThan(0);
  // A line more or less in fifty.
  expect(Math.abs((await height()) - before) / before).toBeLessThan(0.05);
});
