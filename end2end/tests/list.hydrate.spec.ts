import type { Page } from "@playwright/test";
import { ada, bob, Editor, expect, signIn, test } from "../fixtures.ts";
import type { Api } from "../support/api.ts";

const list = (page: Page) => page.getByRole("list", { name: "Documents" });
const titles = (page: Page) => list(page).getByRole("link");
const search = (page: Page) => page.getByRole("searchbox", { name: "Search titles and text" });

async function some(own: Api): Promise<void> {
  await own.create("Harbour log", "The boats lay still.\n\nNothing else to tell of the lighthouse.");
  await own.create("Résumé", "Eight years at the lighthouse.");
  await own.create("", "# Words without a title");
}

test("the search follows what is typed, tells how many, and the address remembers it", async ({ page, api }) => {
  await some(await api(ada));
  await signIn(page, ada);
  await expect(titles(page)).toHaveCount(3);
  await search(page).pressSequentially("light");
  await expect(titles(page)).toHaveCount(2);
  await expect(page.getByRole("status").filter({ hasText: "2 documents found" })).toBeVisible();
  await expect(list(page).locator("mark").first()).toHaveText("lighthouse");
  await expect(search(page)).toBeFocused();
  await search(page).pressSequentially("house eight");
  await expect(titles(page)).toHaveText(["Résumé"]);
  // The list is the same before the last letters.
  await expect(page).toHaveURL(/lighthouse\+eight$/);
  await page.reload();
  await expect(search(page)).toHaveValue("lighthouse eight");
  await expect(titles(page)).toHaveText(["Résumé"]);
  await search(page).focus();
  await page.keyboard.press("Escape");
  await expect(titles(page)).toHaveCount(3);
  await search(page).fill("\"no such\" OR *");
  await expect(page.locator("[data-results]").getByText("Nothing found.")).toBeVisible();
  // It is said to who hears the page, and shown once.
  const said = page.getByRole("status").filter({ hasText: "Nothing found." });
  expect(await said.locator("span").evaluate((one) => one.getBoundingClientRect().width)).toBe(1);
});

test("sorted by title, and the search keeps it so", async ({ page, api }) => {
  await some(await api(ada));
  await signIn(page, ada);
  await page.getByRole("navigation", { name: "Sort by" }).getByRole("link", { name: "Title" }).click();
  await expect(titles(page)).toHaveText(["Harbour log", "Résumé", "Untitled"]);
  await search(page).fill("the");
  await expect(titles(page)).toHaveText(["Harbour log", "Résumé"]);
  await expect(page).toHaveURL(/sort=title/);
});

test("the list by keyboard: into it, up and down, search, open, new; letters only count within it", async ({
  page,
  api,
}) => {
  await some(await api(ada));
  await signIn(page, ada);
  await page.locator("[data-keys]").waitFor({ state: "attached" });
  await page.keyboard.press("n");
  await page.keyboard.press("/");
  await expect(search(page)).not.toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(titles(page).nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await expect(titles(page).nth(2)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(titles(page).nth(2)).toBeFocused();
  await page.keyboard.press("k");
  await expect(titles(page).nth(1)).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowUp");
  await expect(search(page)).toBeFocused();
  await search(page).pressSequentially("jn/k");
  await expect(search(page)).toHaveValue("jn/k");
  await search(page).fill("harb");
  await expect(titles(page)).toHaveCount(1);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("/");
  await expect(search(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const editor = new Editor(page);
  await editor.alive();
  await expect(editor.title).toHaveValue("Harbour log");
  await page.goto("/");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("n");
  await editor.alive();
  await expect(editor.title).toHaveValue("");
});

test("words that only this device has are marked, until they are saved", async ({ page, context }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.title.fill("On the train");
  await editor.text.focus();
  await editor.type("first");
  await editor.saved();
  await page.route("**/draft", (route) => route.abort());
  await editor.type(" and then the tunnel");
  await expect(editor.status).toHaveAttribute("data-save-state", "on-device");
  const other = await context.newPage();
  await other.goto("/");
  const line = list(other).getByRole("listitem").filter({ hasText: "On the train" });
  await expect(line.getByText("On this device only")).toBeVisible();
  await expect(line.getByText("Saved, no version yet")).toBeHidden();
  await page.unroute("**/draft");
  await editor.type(".");
  await editor.saved();
  await expect(line.getByText("On this device only")).toBeHidden();
  await expect(line.getByText("Saved, no version yet")).toBeVisible();
});

test("a long list shows more on demand and goes on by keyboard", async ({ page, api }) => {
  const own = await api(ada);
  for (let n = 0; n < 130; n += 1) await own.create(`Document ${n}`, "words");
  await signIn(page, ada);
  await expect(titles(page)).toHaveCount(100);
  await page.getByRole("link", { name: "Show more (30)" }).click();
  await expect(titles(page)).toHaveCount(130);
  await expect(titles(page).nth(100)).toBeFocused();
  await expect(page.getByRole("link", { name: /Show more/ })).toHaveCount(0);
  await search(page).fill("document 129");
  await expect(titles(page)).toHaveCount(1);
});

test("what another user has is never shown on this page", async ({ page, api, context }) => {
  await some(await api(ada));
  await signIn(page, ada);
  await (await api(bob)).create("Bobs own lighthouse", "secret");
  // Another window signs in as somebody else; this page has not heard of it yet.
  await page.route("**/api/session", (route) => route.abort());
  await page.route("**/api/events**", (route) => route.abort());
  const other = await context.newPage();
  await context.clearCookies();
  await signIn(other, bob);
  await search(page).pressSequentially("lighthouse");
  await expect(page.getByText(bob.email)).toBeVisible();
  await expect(page.getByText(ada.email)).toHaveCount(0);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`the list is accessible in ${colorScheme}: empty, full, searched, nothing found`, async ({ page, api, a11y }) => {
      await signIn(page, ada);
      await expect(page.getByText("Nothing here yet.")).toBeVisible();
      await a11y(page);
      await some(await api(ada));
      await page.goto("/");
      await page.getByText("Keys and marks").click();
      await a11y(page);
      await search(page).fill("light");
      await expect(titles(page)).toHaveCount(2);
      await a11y(page);
      await search(page).fill("nowhere");
      await expect(page.getByText("Nothing found.").first()).toBeVisible();
      await a11y(page);
    });
  });
}
