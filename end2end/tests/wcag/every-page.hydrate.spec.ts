import { clipped } from "../../support/look.ts";
import { Editor, expect, test } from "../../support/site.ts";
import type { Look } from "../../support/survey.ts";

// Every page is loaded once, by the first of these tests, and looked at in all ways; the others read what was found.
test.describe.configure({ mode: "default" });

/** What axe has against any page for a criterion or by a rule; and that it has looked at something. */
function told(survey: Look[], rule: string, where: "looked" | "dark" = "looked"): string[] {
  const found = survey.map((look) => look[where].get(rule));
  expect(found.some(Boolean), `${rule} has looked at nothing`).toBe(true);
  return found.flatMap((one) => one ?? []);
}

const byPath = <T>(survey: Look[], what: (look: Look) => T): Record<string, T> =>
  Object.fromEntries(survey.map((look) => [look.path, what(look)]));

const each = <T>(survey: Look[], value: T): Record<string, T> => byPath(survey, () => value);

test("F8 WCAG 1.1.1 Non-text Content: every picture and control has a name or is decoration", ({ survey }) => {
  // Few pages have a picture: axe's rules for this one look at pictures and file fields only.
  expect(survey.flatMap(({ looked }) => looked.get("wcag111") ?? [])).toEqual([]);
  expect(told(survey, "button-name")).toEqual([]);
  expect(told(survey, "link-name")).toEqual([]);
  expect(byPath(survey, ({ pictures }) => pictures)).toEqual(each(survey, 0));
});

test("F8 WCAG 1.3.1 Info and Relationships: headings, lists, tables, labels and landmarks are marked up", ({ survey }) => {
  for (const rule of ["wcag131", "heading-order", "region", "list", "landmark-one-main"]) expect(told(survey, rule)).toEqual([]);
});

test("F8 WCAG 1.3.2 Meaningful Sequence: nothing is laid out in another order than it reads", ({ survey }) => {
  expect(survey.flatMap(({ reordered }) => reordered)).toEqual([]);
  for (const { tops, path } of survey) {
    expect(tops.length, path).toBeGreaterThan(0);
    expect(tops, path).toEqual([...tops].sort((a, b) => a - b));
  }
});

test("F8 WCAG 1.3.3 Sensory Characteristics: no instruction depends on shape, colour or place", ({ survey }) => {
  const senses = /\b(green|red|blue|yellow|round|square|circle|icon|(on|to|at) the (left|right|top|bottom)|(upper|lower|top|bottom)[ -](left|right))\b/i;
  expect("Press the round button on the right").toMatch(senses);
  for (const { words, path } of survey) expect(words, path).not.toMatch(senses);
});

test("F8 WCAG 1.3.5 Identify Input Purpose: fields about oneself say so to the browser", ({ survey }) => {
  expect(told(survey, "wcag135")).toEqual([]);
  const purposes = byPath(survey, ({ fields }) => fields.map(({ purpose }) => purpose));
  expect(purposes["/sign-in"]).toEqual(["username", "current-password"]);
  expect(purposes["/sign-up"]).toEqual(["username", "new-password"]);
  expect(purposes["/forgot-password"]).toEqual(["username"]);
  for (const purpose of ["name", "email", "one-time-code", "current-password", "new-password"]) {
    expect(purposes["/account"]).toContain(purpose);
  }
});

test("F8 WCAG 1.4.3 Contrast (Minimum): 4.5 to 1, light and dark", ({ survey }) => {
  for (const scheme of ["looked", "dark"] as const) expect(told(survey, "color-contrast", scheme)).toEqual([]);
});

test("F8 WCAG 1.4.6 Contrast (Enhanced): 7 to 1, light and dark", ({ survey }) => {
  for (const scheme of ["looked", "dark"] as const) expect(told(survey, "color-contrast-enhanced", scheme)).toEqual([]);
});

test("F8 WCAG 1.4.4 Resize Text: at 200 % nothing is cut off", ({ survey }) => {
  expect(survey.flatMap(({ cut }) => cut.zoomed)).toEqual([]);
});

test("F8 WCAG 1.4.5 Images of Text: all text is text", ({ survey }) => {
  expect(byPath(survey, ({ pictures }) => pictures)).toEqual(each(survey, 0));
  for (const { words, path } of survey) expect(words.length, path).toBeGreaterThan(20);
});

test("F8 WCAG 1.4.12 Text Spacing: with wider spacing nothing is cut off", ({ survey }) => {
  expect(survey.flatMap(({ cut }) => cut.spaced)).toEqual([]);
});

test("F8 WCAG 2.3.1 Three Flashes or Below Threshold: nothing flashes", ({ survey }) => {
  // The one that breathes while something is being saved.
  expect(byPath(survey, ({ animations }) => animations.length)).toEqual(each(survey, 1));
  const quick = survey.flatMap(({ animations }) => animations).filter((long) => parseFloat(long) * (long.endsWith("ms") ? 0.001 : 1) < 0.34);
  expect(quick).toEqual([]);
});

test("F8 WCAG 2.4.1 Bypass Blocks: one main part, with the first heading in it", ({ survey }) => {
  expect(told(survey, "wcag241")).toEqual([]);
  expect(byPath(survey, ({ mains, firstHeadings }) => [mains, firstHeadings])).toEqual(each(survey, [1, 1]));
});

test("F8 WCAG 2.4.2 Page Titled: every page has a title of its own", ({ survey, site }) => {
  // What is found is still the list.
  const titles = survey.filter(({ path }) => !path.includes("?")).map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const title of titles) expect(title).toMatch(/^\S.* · Holdfast$/);
  expect(survey.find(({ path }) => path === `/documents/${site.id}`)?.title).toBe("The lighthouse keeper's log · Holdfast");
});

test("F8 WCAG 2.4.3 Focus Order: Tab goes through a page as it reads", ({ survey }) => {
  for (const { path, stops, tabIndexes } of survey) {
    const order = stops.map(({ nth }) => nth).filter((nth) => nth >= 0);
    expect(order.length, path).toBeGreaterThan(0);
    expect(order, path).toEqual([...order].sort((a, b) => a - b));
    expect(tabIndexes, path).toBe(0);
  }
});

test("F8 WCAG 2.4.4 Link Purpose (In Context): every link says where it leads", ({ survey }) => {
  expect(told(survey, "wcag244")).toEqual([]);
  const names = survey.flatMap(({ links }) => links.map(({ name }) => name));
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => /^(here|click here|more|link|this|)$/i.test(name))).toEqual([]);
});

test("F8 WCAG 2.4.6 Headings and Labels: none is empty, and no two fields of a form share one", ({ survey }) => {
  for (const rule of ["empty-heading", "label", "form-field-multiple-labels"]) expect(told(survey, rule)).toEqual([]);
  for (const { path, fields } of survey) {
    const names = fields.map(({ form, name }) => `${form}: ${name}`);
    expect(new Set(names).size, `${path} ${names}`).toBe(names.length);
  }
});

test("F8 WCAG 2.4.7 Focus Visible: whatever has the focus looks different", ({ survey }) => {
  const unseen = survey.flatMap(({ path, stops }) => stops.filter(({ shown, seen }) => !shown || !seen).map((stop) => ({ path, ...stop })));
  expect(unseen).toEqual([]);
  expect(survey.flatMap(({ stops }) => stops).length).toBeGreaterThan(100);
});

test("F8 WCAG 2.5.3 Label in Name: the visible words are in the name of each control", ({ survey }) => {
  expect(survey.flatMap(({ looked }) => looked.get("label-content-name-mismatch") ?? [])).toEqual([]);
  const named = survey.flatMap(({ named }) => named);
  expect(named.length).toBeGreaterThan(0);
  for (const { seen, name } of named) expect(name.toLowerCase()).toContain(seen.toLowerCase());
});

test("F8 WCAG 2.5.8 Target Size (Minimum): each is 24 pixels or more, or has that much room", ({ survey }) => {
  expect(told(survey, "target-size")).toEqual([]);
});

test("F8 WCAG 3.1.1 Language of Page: every page says that it is English", ({ survey }) => {
  expect(byPath(survey, ({ lang }) => lang)).toEqual(each(survey, "en"));
  expect(told(survey, "wcag311")).toEqual([]);
});

test("F8 WCAG 3.1.2 Language of Parts: Holdfast's own words are in one language, and none is marked wrongly", ({ survey }) => {
  expect(byPath(survey, ({ langs }) => langs)).toEqual(each(survey, 0));
  for (const { words, path } of survey) expect(words, path).toMatch(/\b(the|your|you|it|a)\b/i);
});

test("F8 WCAG 3.2.1 On Focus: the focus alone changes nothing", ({ survey }) => {
  expect(byPath(survey, ({ changedByFocus }) => changedByFocus)).toEqual(each(survey, false));
});

test("F8 WCAG 3.2.3 Consistent Navigation: the header has the same order everywhere", ({ survey }) => {
  const orders = survey.map(({ header }) => header).filter(({ length }) => length > 0);
  expect(orders.length).toBeGreaterThan(8);
  const longest = orders.reduce((one, other) => (one.length < other.length ? other : one));
  for (const order of orders) {
    const places = order.map((name, nth) => (nth === 0 ? 0 : longest.indexOf(name, 1)));
    expect(places.every((place) => place >= 0), order.join()).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }
});

test("F8 WCAG 3.2.4 Consistent Identification: what leads to the same is called the same", ({ survey }) => {
  const names = new Map<string, Set<string>>();
  for (const { href, name, header, aside } of survey.flatMap(({ links }) => links)) {
    // The product's name leads home from everywhere; and a no to a question is not a way to a page.
    if ((header || aside || href.startsWith("/account")) && !["Holdfast", "Keep my account"].includes(name)) {
      names.set(href, (names.get(href) ?? new Set()).add(name));
    }
  }
  expect(names.size).toBeGreaterThan(5);
  for (const [href, called] of names) expect([...called], href).toHaveLength(1);
});

test("F8 WCAG 3.2.6 Consistent Help: the statement is reached from the same place on every page", ({ survey }) => {
  for (const { path, links } of survey.filter(({ path }) => path !== "/accessibility")) {
    const inHeader = links.filter(({ header }) => header);
    const last = (inHeader.length > 0 ? inHeader : links).at(-1);
    expect(last?.name, path).toBe("Accessibility");
  }
});

test("F8 WCAG 3.3.2 Labels or Instructions: every field has a label, a new password says what it takes", ({ survey }) => {
  const fields = survey.flatMap(({ fields }) => fields);
  expect(fields.length).toBeGreaterThan(15);
  expect(fields.filter(({ name }) => name === "")).toEqual([]);
  const passwords = fields.filter(({ purpose }) => purpose === "new-password");
  expect(passwords.length).toBeGreaterThan(1);
  for (const { described } of passwords) expect(described).toContain("At least 8 characters");
});

test("F8 WCAG 1.4.1 Use of Color: additions, removals, places and states are told in words or marks", async ({
  page,
  site,
  survey,
}) => {
  expect(survey.flatMap(({ looked }) => looked.get("wcag141") ?? [])).toEqual([]);
  await page.goto(`/documents/${site.id}/versions/1/changes`);
  await expect(page.locator("ins").first()).toContainText("Added: ");
  await expect(page.locator("del").first()).toContainText("Removed: ");
  await page.goto("/");
  await expect(page.locator("[data-place]").first()).toHaveText(/Saved|Draft/);
  const current = page.locator(".documents-sort [aria-current]");
  const weight = (one: Element): string => getComputedStyle(one).fontWeight;
  expect(await current.evaluate(weight)).not.toBe(await page.locator(".documents-sort a:not([aria-current])").evaluate(weight));
  const editor = await Editor.open(page, site.id);
  await expect(editor.status).toHaveText(/Saved/);
});

test("F8 WCAG 1.4.10 Reflow: at 320 pixels no page scrolls sideways, and the text can be written", async ({
  page,
  site,
  survey,
}) => {
  expect(survey.flatMap(({ cut }) => cut.narrow)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 256 });
  const editor = await Editor.open(page, site.id);
  await editor.text.scrollIntoViewIfNeeded();
  const line = await editor.text.evaluate((area) => parseFloat(getComputedStyle(area).lineHeight));
  expect((await editor.text.boundingBox())?.height).toBeGreaterThan(2 * line);
  // The header's ways stand in one line.
  const middles = await page.locator(".header > *").evaluateAll((all) =>
    all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect()).map(({ top, height }) => Math.round(top + height / 2)),
  );
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThanOrEqual(2);
  for (const part of [editor.title, editor.status, page.getByRole("button", { name: "Sign out" })]) {
    await part.scrollIntoViewIfNeeded();
    await expect(part).toBeInViewport();
  }
  expect(await clipped(page)).toEqual([]);
});

test("F8 axe finds nothing on any page, neither against WCAG nor against good practice", ({ survey }) => {
  const found = survey.flatMap(({ looked }) => [...looked.values()].flat());
  expect([...new Set(found)]).toEqual([]);
  expect(survey).toHaveLength(17);
});

test("F8 what does not apply is not there: no sound, no film, nothing in a frame", ({ survey }) => {
  expect(byPath(survey, ({ media }) => media)).toEqual(each(survey, 0));
});

test("F8 no page speaks of what only the machine knows", ({ survey }) => {
  for (const { words, path } of survey) expect(words, path).not.toMatch(/\b(sessions?|tokens?|sync\w*|cookies?|cache)\b/i);
});
