import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

const DAY = 24 * 60 * 60;

test("how long the sign-in lasts can always be asked for, quietly; and it can be renewed whenever it suits", async ({
  page,
  control,
  a11y,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.type("words");
  const more = page.locator("summary", { hasText: "More" });
  const look = page.locator(".time-left");
  await expect(look).toBeHidden();
  await more.click();
  await expect(look.getByRole("paragraph")).toHaveText("You need to sign in again in about 23 hours.");
  await a11y(page);

  // Before anything is said by itself.
  await control.advance(DAY - 3 * 60 * 60);
  await editor.wake();
  await expect(look.getByRole("paragraph")).toHaveText(/^You need to sign in again in about 2 hours, at \d\d?:\d\d\.$/);
  await editor.phase("quiet");
  await look.getByRole("button", { name: "Sign in again now" }).click();
  await expect(editor.dialog).toBeVisible();
  await page.keyboard.type(ada.password);
  await page.keyboard.press("Enter");
  await expect(editor.dialog).toBeHidden();
  await expect(editor.text).toBeFocused();
  await expect(look).toBeHidden();
  await more.click();
  await expect(look.getByRole("paragraph")).toHaveText(/in about 2[34] hours\.$/);

  await control.advance(2 * DAY);
  await editor.wake();
  await expect(look.getByRole("paragraph")).toHaveText(/^Your sign-in has ended\./);
});

test("the menu closes by Escape, which gives the focus back, and by a press beside it", async ({ page }) => {
  await signIn(page, ada);
  const [more, look] = [page.locator("summary", { hasText: "More" }), page.locator(".time-left")];
  await more.click();
  await expect(look).toBeVisible();
  await look.getByRole("button").focus();
  await page.keyboard.press("Escape");
  await expect(look).toBeHidden();
  await expect(more).toBeFocused();
  await more.click();
  await page.getByRole("heading", { name: "Documents" }).click();
  await expect(look).toBeHidden();
});

test("F6 an expiry is practised in the middle of writing: the caret stays, and every word is there after the sign-in", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Before. ");
  await editor.saved();
  await page.locator("summary", { hasText: "More" }).click();
  await page.getByRole("button", { name: "Practise an expiry" }).click();
  await editor.phase("expired");
  await expect(editor.text).toBeFocused();
  await editor.type("Meanwhile. ");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("Before. Meanwhile. ");

  await page.goto("/");
  await page.locator("summary", { hasText: "More" }).click();
  await page.getByRole("button", { name: "Practise an expiry" }).click();
  await expect(page.locator(".banner").getByText("Your sign-in has ended. Sign in again to go on.").first()).toBeVisible();
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("the page says how long it lasted when it was opened", async ({ page }) => {
    await signIn(page, ada);
    await page.locator("summary", { hasText: "More" }).click();
    await expect(page.getByText("You need to sign in again in about 23 hours.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign in again now" })).toBeHidden();
  });
});

test("F8 WCAG 1.4.4 on a phone with letters twice as large all of the menu and of the list's tools is in sight", async ({ page, api }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const id = await (await api(ada)).create("The harbour", "The lamp.");
  await signIn(page, ada);
  for (const path of ["/", `/documents/${id}`]) {
    await page.goto(path);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await page.getByText("More", { exact: true }).click();
    const menu = page.locator(".header-more");
    for (const item of await menu.locator("a, button, p").filter({ visible: true }).all()) {
      await item.scrollIntoViewIfNeeded();
      const box = await item.boundingBox();
      expect(box?.x, await item.innerText()).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0), await item.innerText()).toBeLessThanOrEqual(390);
    }
    await expect(menu.getByRole("link", { name: "Account" })).toBeInViewport();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(390);
  }
});
