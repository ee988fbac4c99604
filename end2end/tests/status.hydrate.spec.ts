import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test("E2 offline the text is on this screen or device only, and online it is saved by itself", async ({
  page,
  context,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("online ");
  await editor.saved();
  await context.setOffline(true);
  await editor.type("offline");
  await expect(editor.status).toHaveAttribute("data-save-state", /^on-(screen|device)$/);
  const { typed, acked } = await editor.counters();
  expect(typed - acked).toBe("offline".length);
  await context.setOffline(false);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("online offline");
});

test("E2 E12 E14 the server is killed while somebody types: said at once, and saved when it is back", async ({
  page,
  app,
  api,
}) => {
  test.setTimeout(90_000);
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("before the crash ");
  await editor.saved();
  await app.stop("SIGKILL");
  await editor.type("and after it");
  await expect(editor.status).toHaveAttribute("data-save-state", /^on-(screen|device)$/);
  await expect(editor.text).toBeFocused();
  await app.start();
  await editor.is("saved", 40_000);
  await editor.phase("quiet");
  expect(await (await api(ada)).text(editor.id)).toBe("before the crash and after it");
});

test("E14 a server that is restarted in order loses no text and nobody's session", async ({ page, app, api }) => {
  test.setTimeout(90_000);
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("typed just before");
  await app.stop("SIGTERM");
  await app.start();
  await editor.type(" and just after");
  await editor.is("saved", 40_000);
  expect(await (await api(ada)).text(editor.id)).toBe("typed just before and just after");
});

test("E3 text typed during a save is never marked clean", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const arrived = page.waitForRequest((request) => request.method() === "PATCH");
  await page.route("**/draft", async (route) => {
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  await editor.type("first");
  await arrived;
  await editor.is("sending");
  await editor.type(" second");
  const states = await statesFrom(editor);
  const answered = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  release();
  await answered;
  await editor.saved();
  const { typed, acked } = await editor.counters();
  expect(acked).toBe(typed);
  for (const { state, typed, acked } of await states()) {
    if (state === "saved") expect(acked).toBe(typed);
  }
});

test("S7 E4 typing for ten seconds without a pause is saved at least four times meanwhile", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  let receipts = 0;
  page.on("response", (answer) => {
    if (answer.request().method() === "PATCH" && answer.status() === 200) receipts += 1;
  });
  const begun = performance.now();
  while (performance.now() - begun < 10_000) await editor.type("without a pause ", 20);
  expect(receipts).toBeGreaterThanOrEqual(4);
  await editor.saved();
});

test("E5 the answer to a save gets lost: it is tried again, and the text is there once", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  let lost = 0;
  await page.route("**/draft", async (route) => {
    if (lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await editor.type("once and only once");
  await expect.poll(() => lost).toBe(1);
  await editor.is("saved", 30_000);
  expect(await (await api(ada)).text(editor.id)).toBe("once and only once");
});

test("E1 E10 after the end a save waits on the server for its owner, and says so", async ({ page, api, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("on the server ");
  await editor.saved();
  await control.advance(2 * 24 * 60 * 60 - 60 * 60);
  await editor.type("in escrow");
  await editor.phase("expired");
  await expect(editor.status).toHaveAttribute("data-save-state", /^(escrowed|on-screen|on-device)$/);
  const { id } = editor;
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("on the server in escrow");
});

test("C11 a reload after the end never shows an empty editor that saves", async ({ page, api, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("here before the reload");
  await editor.saved();
  const { id } = editor;
  await control.advance(2 * 24 * 60 * 60);
  await page.reload();
  await expect(editor.text).toHaveCount(0);
  await page.getByLabel("Email").fill(ada.email);
  await page.getByLabel("Password").fill(ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/documents/${id}$`));
  await editor.alive();
  expect(await editor.value()).toBe("here before the reload");
  expect(await (await api(ada)).text(id)).toBe("here before the reload");
});

test("E9 a version saved on purpose is listed and can be restored", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("version one");
  await editor.saved();
  await page.getByRole("button", { name: "Save a version" }).click();
  await expect(page.getByText("Version 1 saved")).toBeVisible();
  await editor.focusAtEnd();
  await editor.type(", and more");
  await editor.saved();
  const own = await api(ada);
  const { versions } = (await (await own.http.get(`/api/documents/${editor.id}/versions`)).json()) as {
    versions: { n: number }[];
  };
  expect(versions.map(({ n }) => n)).toEqual([1]);
  expect((await own.http.post(`/api/documents/${editor.id}/versions/1/restore`, { data: {} })).ok()).toBe(true);
  expect(await own.text(editor.id)).toBe("version one");
});

test("the title is saved, and the list shows it", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.title.fill("A title of its own");
  await editor.title.press("Tab");
  await editor.text.focus();
  await editor.type("x");
  await editor.saved();
  await page.goto("/");
  const list = page.getByRole("list", { name: "Documents" });
  await expect(list.getByRole("link", { name: "A title of its own" })).toBeVisible();
});

type Seen = { state: string | undefined; typed: number; acked: number };

/** Every state that the status takes from now on, with the counters of that moment. */
async function statesFrom(editor: Editor): Promise<() => Promise<Seen[]>> {
  await editor.status.evaluate((status) => {
    const seen: Seen[] = [];
    Object.assign(window, { seenStates: seen });
    const see = (): void => {
      const { saveState, typed, acked } = (status as HTMLElement).dataset;
      seen.push({ state: saveState, typed: Number(typed), acked: Number(acked) });
    };
    new MutationObserver(see).observe(status, { attributes: true });
  });
  return () => editor.page.evaluate(() => (window as unknown as { seenStates: Seen[] }).seenStates);
}
