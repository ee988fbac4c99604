import { ada, bob, Editor, expect, test } from "../fixtures.ts";
import type { BrowserContext, Page } from "@playwright/test";
import type { Control } from "../support/control.ts";
import type { User } from "../support/server.ts";

// The pool's pages are at `localhost` and Holdfast is at `127.0.0.1`: two sites, as with Cognito.
test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded" } });

const DAY = 24 * 60 * 60;

/** The pool's own login page. */
async function fillInThere(page: Page, user: User): Promise<void> {
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/login/);
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function signInThere(page: Page, user: User): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Sign in" }).click();
  await fillInThere(page, user);
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
}

async function authorized(control: Control): Promise<number> {
  return (await control.calls("Authorize")).length;
}

/** The end, and the banner's button: the dialog is open. */
async function expired(editor: Editor, control: Control): Promise<void> {
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
}

async function openDialog(editor: Editor): Promise<void> {
  await editor.page.getByRole("button", { name: "Sign in now" }).click();
  await expect(editor.dialog).toBeVisible();
}

async function openWindow(editor: Editor, context: BrowserContext): Promise<Page> {
  const opened = context.waitForEvent("page");
  await editor.dialog.getByRole("link").click();
  return opened;
}

test("C2 the first sign-in by redirect, the next in a window beside the text, which stays the very same node", async ({
  page,
  context,
  control,
}) => {
  await signInThere(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("before ");
  await editor.saved();
  await editor.text.evaluate((node) => void Object.assign(window, { before: node }));
  await expired(editor, control);
  await editor.type("after");
  await openDialog(editor);
  await expect(editor.dialog).toContainText("ask for your password");
  const window = await openWindow(editor, context);
  await expect(editor.dialog).toContainText("Sign in in the window that has opened");
  const closed = window.waitForEvent("close");
  await fillInThere(window, ada);
  await closed;
  await editor.phase("quiet");
  await expect(editor.dialog).toBeHidden();
  await editor.saved();
  expect(await editor.text.evaluate((node) => node === (window as unknown as { before: Node }).before)).toBe(true);
  await expect(editor.text).toHaveValue("before after");
  await expect(editor.text).toBeFocused();
});

test("C4 one window for all tabs, and it brings all of them back", async ({ page, context, control }) => {
  await signInThere(page, ada);
  const first = await Editor.create(page);
  const editors = [first];
  for (let more = 0; more < 3; more += 1) editors.push(await Editor.open(await context.newPage(), first.id));
  await control.advance(2 * DAY);
  for (const editor of editors) {
    await editor.wake();
    await editor.phase("expired");
  }
  const before = await authorized(control);
  await openDialog(first);
  const window = await openWindow(first, context);
  await expect(window).toHaveURL(/\/login/);
  const second = editors[1] as Editor;
  await openDialog(second);
  await second.dialog.getByRole("link").click();
  await expect(second.dialog).toContainText("open already, from another tab");
  expect(context.pages()).toHaveLength(5);
  expect(await authorized(control)).toBe(before + 1);
  const closed = window.waitForEvent("close");
  await fillInThere(window, ada);
  await closed;
  const back = Date.now();
  for (const editor of editors) await editor.phase("quiet");
  expect(Date.now() - back).toBeLessThan(2_000);
  for (const editor of editors) {
    await expect(editor.dialog).toBeHidden();
    await expect(editor.text).toBeEditable();
  }
});

test("C9 where windows are blocked the button becomes a plain link, and typing goes on", async ({
  page,
  context,
  control,
}) => {
  await page.addInitScript(() => void (window.open = () => null));
  await signInThere(page, ada);
  const editor = await Editor.create(page);
  await expired(editor, control);
  await openDialog(editor);
  await editor.dialog.getByRole("link").click();
  await expect(editor.dialog).toContainText("blocked the window");
  const tab = await openWindow(editor, context);
  await editor.dialog.getByRole("button", { name: "Not now" }).click();
  await editor.text.focus();
  await editor.type("never blocked");
  await fillInThere(tab, ada);
  await editor.phase("quiet");
  await editor.saved();
  await expect(editor.text).toHaveValue("never blocked");
});

test("C9 a window that was closed is opened again, and a sign-in that was left has a next step", async ({
  page,
  context,
  control,
}) => {
  await signInThere(page, ada);
  const editor = await Editor.create(page);
  await expired(editor, control);
  await openDialog(editor);
  const window = await openWindow(editor, context);
  await expect(window).toHaveURL(/\/login/);
  await window.close();
  await expect(editor.dialog).toContainText("Have you closed it?");
  const again = await openWindow(editor, context);
  await expect(again).toHaveURL(/\/login/);
  // Left behind there, and found by its answer alone.
  await again.goto(new URL("/sign-in/callback?error=access_denied&state=none", page.url()).href);
  await expect(again.getByRole("alert")).toContainText("Please sign in again");
  await expect(again.getByRole("link", { name: "Sign in" })).toBeVisible();
  await editor.dialog.getByRole("button", { name: "Not now" }).click();
  await editor.text.focus();
  await editor.type("still mine");
  await expect(editor.text).toHaveValue("still mine");
});

test("C7 another user's sign-in in that window seals the page", async ({ page, context, control }) => {
  await signInThere(page, ada);
  const editor = await Editor.create(page);
  await expired(editor, control);
  await openDialog(editor);
  const window = await openWindow(editor, context);
  await fillInThere(window, bob);
  await editor.phase("sealed");
});

test.describe("while the pool knows the browser for two days", () => {
  // A last access token that is bought before the end would move it by as much.
  const settings = { HOLDFAST_POOL_SSO_TTL: "48h", HOLDFAST_POOL_ACCESS_TTL: "5m" };
  test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded", ...settings } });

  test("B9 extending needs no password, which is said before, and moves the end", async ({ page, context, control }) => {
    await signInThere(page, ada);
    const editor = await Editor.create(page);
    await control.advance(DAY - 8 * 60);
    await editor.wake();
    await editor.phase("warning");
    await expect(editor.banner).toContainText("You should not need your password for that.");
    await openDialog(editor);
    await expect(editor.dialog).toContainText("not be asked for your password");
    const window = await openWindow(editor, context);
    if (!window.isClosed()) await window.waitForEvent("close");
    await editor.phase("quiet");
    await expect(editor.dialog).toBeHidden();
    expect(await editor.remainingSeconds()).toBeGreaterThan(DAY - 60);
  });
});

test.describe("once the pool knows the browser no more", () => {
  test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded", HOLDFAST_POOL_ACCESS_TTL: "5m" } });

  test("B9 a password is asked for, and that is said before", async ({ page, context, control }) => {
    await signInThere(page, ada);
    const editor = await Editor.create(page);
    await control.advance(DAY - 8 * 60);
    await editor.wake();
    await editor.phase("warning");
    await expect(editor.banner).toContainText("You will be asked for your password.");
    await openDialog(editor);
    await expect(editor.dialog).toContainText("ask for your password");
    const window = await openWindow(editor, context);
    await fillInThere(window, ada);
    await editor.phase("quiet");
    await expect(editor.dialog).toBeHidden();
  });
});

test.describe("while the pool's clock is the first to end", () => {
  const settings = { HOLDFAST_POOL_SSO_TTL: "55m", HOLDFAST_POOL_REFRESH_TTL: "60m", HOLDFAST_POOL_ACCESS_TTL: "5m" };
  test.use({ settings: { HOLDFAST_COGNITO_DOMAIN: "embedded", ...settings } });

  test("B3 the banner names it, and it takes only the password's absence away", async ({ page, control }) => {
    await signInThere(page, ada);
    const editor = await Editor.create(page);
    await control.advance(52 * 60);
    await editor.wake();
    await editor.phase("warning");
    await expect(editor.banner).toHaveAttribute("data-limit", "refresh");
    await expect(editor.banner).toContainText(/You should not need your password for that until \d+:\d\d( [AP]M)?\./);
    await control.advance(4 * 60);
    await editor.wake();
    await expect(editor.banner).toContainText("You will be asked for your password.");
    await editor.phase("warning");
    await editor.text.focus();
    await editor.type("still signed in");
    await editor.saved();
    await control.advance(10 * 60);
    await editor.wake();
    await editor.phase("expired");
    await expect(editor.banner).toContainText("You will be asked for your password.");
  });
});

test("signing out of a live page ends the browser's sign-in at the pool", async ({ page, control, a11y }) => {
  await signInThere(page, ada);
  await Editor.create(page);
  await page.locator("summary").first().click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(await control.calls("Logout")).toHaveLength(1);
  await a11y(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/login/);
  await a11y(page);
});
