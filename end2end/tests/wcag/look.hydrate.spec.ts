import { contrast } from "../../support/look.ts";
import { axe, Editor, expect, test } from "../../support/site.ts";

test.describe.configure({ mode: "default" });

const SCHEMES = ["light", "dark"] as const;

test("F8 WCAG 1.3.4 Orientation: upright and sideways everything is there", async ({ page, site }) => {
  for (const path of ["/", `/documents/${site.id}`]) {
    await page.goto(path);
    const there: number[] = [];
    for (const [width, height] of [[560, 900], [900, 560]] as const) {
      await page.setViewportSize({ width, height });
      there.push(await page.locator("main :is(a, button, input, textarea):visible").count());
    }
    expect([...(await axe(page, ["css-orientation-lock"])).values()].flat()).toEqual([]);
    expect(there[0]).toBeGreaterThan(2);
    expect(there[1]).toBe(there[0]);
  }
});

test("F8 WCAG 1.4.11 Non-text Contrast: field borders and focus rings have 3 to 1, light and dark", async ({ page, site }) => {
  await page.goto("/account");
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const button = page.getByRole("button", { name: "Save name" });
    await page.getByLabel("Name", { exact: true }).focus();
    await page.keyboard.press("Tab");
    await expect(button).toBeFocused();
    const [border, ring, paper] = await page.evaluate(() => {
      const [field, pressed] = [document.querySelector("#name"), document.activeElement];
      if (!field || !pressed) throw new Error("no form");
      const page = getComputedStyle(document.documentElement).backgroundColor;
      return [getComputedStyle(field).borderTopColor, getComputedStyle(pressed).outlineColor, page] as const;
    });
    for (const colour of [border, ring]) {
      expect(await contrast(page, colour, paper), `${colorScheme}: ${colour} on ${paper}`).toBeGreaterThanOrEqual(3);
    }
  }
  const editor = await Editor.open(page, site.id);
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    const dot = await editor.status.evaluate((status) => getComputedStyle(status, "::before").borderTopColor);
    const caret = await editor.text.evaluate((area) => getComputedStyle(area).caretColor);
    const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    for (const colour of [dot, caret]) expect(await contrast(page, colour, paper)).toBeGreaterThanOrEqual(3);
  }
});

test("F8 WCAG 1.4.13 Content on Hover or Focus: nothing appears by pointing or by focus alone", async ({ page, site }) => {
  for (const path of ["/", `/documents/${site.id}`]) {
    await page.goto(path);
    await expect(page.locator("html[data-alive]")).toBeAttached();
    const shown = (): Promise<number> =>
      page.evaluate(() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })).length);
    const before = await shown();
    const all = await page.locator(":is(a, button, input, summary):visible").all();
    expect(all.length).toBeGreaterThan(5);
    for (const one of all) {
      const box = await one.boundingBox();
      if (box) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await one.focus();
      expect(await shown()).toBe(before);
    }
  }
});

test("F8 WCAG 2.3.3 Animation from Interactions: who asks for less motion gets none", async ({ page, site }) => {
  const moves: number[] = [];
  for (const reducedMotion of ["no-preference", "reduce"] as const) {
    await page.emulateMedia({ reducedMotion });
    const editor = await Editor.open(page, site.id);
    // Held back, so that it goes on being sent.
    await page.route("**/draft", () => undefined);
    await editor.focusAtEnd();
    await editor.type("x");
    await editor.is("sending");
    await page.getByRole("button", { name: "Save a version" }).hover();
    moves.push(await page.evaluate(() => document.getAnimations().length));
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await editor.saved();
  }
  expect(moves[0]).toBeGreaterThan(0);
  expect(moves[1]).toBe(0);
});

test("F8 WCAG 2.4.5 Multiple Ways: a document is found in the list and by search", async ({ page }) => {
  const found = page.getByRole("list", { name: "Documents" }).getByRole("link", { name: "The lighthouse keeper's log" });
  await page.goto("/");
  await expect(found).toBeVisible();
  await page.getByRole("searchbox").fill("lighthouse");
  await expect(page.getByText("1 document found")).toBeVisible();
  await expect(found).toBeVisible();
});

test("F8 WCAG 2.4.8 Location: the title and the header say where one is", async ({ page, site }) => {
  const at = `/documents/${site.id}`;
  for (const [path, current, title] of [
    ["/", "Documents", /^Documents · Holdfast$/],
    ["/account", "Account", /^Account · Holdfast$/],
    ["/trash", "Trash", /^Trash · Holdfast$/],
    [`${at}/history`, "History", /^History · The lighthouse keeper's log · Holdfast$/],
    [`${at}/saved`, undefined, /^What is saved · The lighthouse keeper's log · Holdfast$/],
    [`${at}/versions/1`, "History", /^Version 1 · The lighthouse keeper's log · Holdfast$/],
    [`${at}/versions/1/changes`, "History", /^Changes since version 1 · The light/],
    [`${at}/read`, undefined, /^Preview · The lighthouse keeper's log · Holdfast$/],
  ] as const) {
    await page.goto(path);
    await expect(page).toHaveTitle(title);
    await expect(page.locator("header [aria-current=page]")).toHaveText(current ? [current] : []);
    if (path.startsWith(at)) {
      await expect(page.getByRole("main").getByRole("link", { name: "← The lighthouse keeper's log" })).toBeVisible();
    }
  }
});

test("F8 WCAG 2.5.1 Pointer Gestures: no path and no second finger is needed", async ({ page, site }) => {
  await page.addInitScript(() => {
    const heard = new Set<string>();
    Object.assign(window, { heard });
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, ...rest) {
      heard.add(type);
      return Reflect.apply(add, this, [type, ...rest]) as undefined;
    };
  });
  for (const path of ["/", `/documents/${site.id}`]) {
    await page.goto(path);
    await expect(page.locator("html[data-alive]")).toBeAttached();
    const heard = await page.evaluate(() => [...(window as unknown as { heard: Set<string> }).heard]);
    expect(heard).toContain("click");
    // Nor is anything done by moving the device (2.5.4).
    expect(heard.filter((type) => /^(touch|gesture|pointermove|mousemove|device)/.test(type))).toEqual([]);
  }
});

test("F8 WCAG 2.5.2 Pointer Cancellation: nothing happens before the button is let go", async ({ page }) => {
  await page.goto("/");
  await expect(page.locator("html[data-alive]")).toBeAttached();
  const open = (): Promise<number> => page.locator("details[open], dialog[open]").count();
  for (const one of [
    page.getByRole("button", { name: "New document" }),
    page.getByRole("link", { name: "The lighthouse keeper's log" }),
    page.getByText("More", { exact: true }),
    page.locator("summary", { hasText: "Import" }),
  ]) {
    const box = await one.boundingBox();
    if (!box) throw new Error("nothing to press");
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 5, 790);
    await page.mouse.up();
    expect(await open()).toBe(0);
    await expect(page).toHaveURL(/\/$/);
  }
});

test("F8 WCAG 3.2.2 On Input: what is typed or chosen opens nothing and sends nothing away", async ({ page }) => {
  const posted: string[] = [];
  page.on("request", (request) => {
    if (request.method() !== "GET") posted.push(request.url());
  });
  for (const path of ["/", "/account", "/account/delete"]) {
    await page.goto(path);
    await page.evaluate(() => Object.assign(window, { same: true }));
    const fields = await page.locator("input:not([type=hidden], [type=file]):visible").all();
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) {
      await field.focus();
      await page.keyboard.type("a");
      await page.keyboard.press("Tab");
    }
    expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same), path).toBe(true);
    expect(await page.locator("dialog[open]").count()).toBe(0);
  }
  expect(posted).toEqual([]);
});

test("F8 axe finds nothing where a document is previewed, files were refused, and the way out is asked for", async ({
  page,
  site,
  a11y,
}) => {
  const editor = await Editor.open(page, site.id);
  await page.getByRole("link", { name: "Preview" }).click();
  await expect(page.getByRole("region", { name: "Preview" }).getByRole("heading")).toBeVisible();
  await a11y(page);
  await page.route("**/draft", (route) => route.abort());
  await editor.focusAtEnd();
  await editor.type("x");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("dialog", { name: "Sign out with unsaved words?" })).toBeVisible();
  await a11y(page);
  await page.keyboard.press("Escape");
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await editor.saved();
  await page.goto("/");
  await page.locator("summary", { hasText: "Import" }).click();
  const files = [{ name: "picture.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 78, 71]) }];
  await page.getByLabel("Files to import").setInputFiles(files);
  await expect(page.getByText("is not a .md or .txt file")).toBeVisible();
  await a11y(page);
});
