import { crash, cutOff, news, onDevice } from "../../support/journal.ts";
import { ada, Editor, expect, fillIn, own, signIn } from "../../support/site.ts";

const test = own;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const REMIND_ME_LATER = { name: "Remind me later" };

test.describe("with an idle limit", () => {
  test.use({ settings: { HOLDFAST_POLICY: "strict" } });

  test("F8 WCAG 2.2.1 Timing Adjustable: warned at least 20 seconds before, extended eleven times by one press", async ({
    page,
    control,
  }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    for (let time = 1; time <= 11; time += 1) {
      // The last moments of the 15 minutes: what is put off comes back a minute before the end.
      await control.advance(14 * MINUTE + 30);
      await editor.wake();
      await editor.phase("warning");
      expect(await editor.remainingSeconds(), `the ${time}th time`).toBeGreaterThanOrEqual(20);
      const stay = page.getByRole("button", { name: "Stay signed in" });
      await expect(stay).toBeVisible();
      await stay.press("Space");
      await editor.phase("quiet");
      expect(await editor.remainingSeconds()).toBeGreaterThan(14 * MINUTE);
    }
  });
});

test("F8 WCAG 2.2.2 Pause, Stop, Hide: nothing moves by itself, and the countdown can be put off", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  const moving = (): Promise<number> =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Still.");
  await editor.saved();
  await expect.poll(moving).toBe(0);
  expect(await page.locator("marquee, blink, video, [autoplay]").count()).toBe(0);
  await control.advance(DAY - 5 * MINUTE);
  await editor.wake();
  await editor.phase("warning");
  await expect(editor.banner).toContainText("in about");
  await page.getByRole("button", REMIND_ME_LATER).click();
  await expect(editor.banner.locator(".banner-words")).toHaveText("");
  await expect(page.getByRole("button", { name: "Sign in now" })).toBeHidden();
});

test("F8 WCAG 2.2.3 No Timing: whoever comes back a day after the end goes on, and not a word is missing", async ({
  page,
  control,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("before the end, ");
  await editor.saved();
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.type("after it, ");
  await control.advance(20 * HOUR);
  await editor.wake();
  await editor.type("and a day later");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("before the end, after it, and a day later");
});

test("F8 WCAG 2.2.4 Interruptions: the warning can be put off until the last minute, and never takes the focus", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  const said = async (): Promise<string> => (await editor.banner.locator("[aria-live]").allTextContents()).join("");
  await control.advance(DAY - 9 * MINUTE);
  await editor.wake();
  await editor.phase("warning");
  await expect(editor.text).toBeFocused();
  await expect.poll(said).toContain("10 minutes");
  const put = page.getByRole("button", REMIND_ME_LATER);
  await put.press("Enter");
  await expect(put).toBeHidden();
  await expect(editor.text).toBeFocused();
  const before = await said();
  // Past the moments at which it would speak up.
  await control.advance(6 * MINUTE);
  await editor.wake();
  await expect.poll(() => editor.remainingSeconds()).toBeLessThan(4 * MINUTE);
  await expect(editor.banner.locator(".banner-words")).toHaveText("");
  await expect(page.getByRole("button", { name: "Sign in now" })).toBeHidden();
  expect(await said()).toBe(before);
  await control.advance(2 * MINUTE + 15);
  await editor.wake();
  await expect(page.getByRole("button", { name: "Sign in now" })).toBeVisible();
  await expect.poll(said).toContain("1 minute");
  await expect(put).toBeHidden();
  await expect(editor.text).toBeFocused();
});

test("F8 WCAG 2.2.5 Re-authenticating: text, caret and undo are as they were; without scripts the text is kept, too", async ({
  page,
  control,
  browser,
  app,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("One two three.");
  await editor.saved();
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  for (let n = 0; n < 6; n += 1) await page.keyboard.press("ArrowLeft");
  await editor.type("and ");
  const caret = (): Promise<number> => editor.text.evaluate((area: HTMLTextAreaElement) => area.selectionStart);
  const at = await caret();
  await editor.signInInPlace(ada);
  await editor.saved();
  await expect(editor.text).toBeFocused();
  expect(await editor.value()).toBe("One two and three.");
  expect(await caret()).toBe(at);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(editor.text).not.toHaveValue(/and/);

  const context = await browser.newContext({ baseURL: app.url, javaScriptEnabled: false });
  const plain = await context.newPage();
  await signIn(plain, ada);
  await plain.getByRole("button", { name: "New document" }).click();
  const id = /\/documents\/([0-9a-f]{32})/.exec(plain.url())?.[1] ?? "";
  await plain.getByLabel("Document text").fill("Written without scripts.");
  await control.advance(2 * DAY);
  await plain.getByRole("button", { name: "Save", exact: true }).click();
  await expect(plain.getByText("Your text is kept")).toBeVisible();
  await fillIn(plain, ada);
  expect(await (await api(ada)).text(id)).toBe("Written without scripts.");
  await context.close();
});

test("F8 WCAG 2.2.6 Timeouts: people are told how long unsent words are kept, and they are kept for longer than a day", async ({
  page,
  context,
  control,
  api,
}) => {
  await page.goto("/accessibility");
  await expect(page.getByText("kept on your device, locked, for 30 days")).toBeVisible();
  await signIn(page, ada);
  await (await api(ada)).create("Something", "");
  await page.goto("/");
  await page.getByText("Keys and marks").click();
  await expect(page.getByText("It keeps them for 30 days")).toBeVisible();
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await cutOff(page);
  await editor.type("Kept.");
  await onDevice(editor);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Keep it locked on this device for 30 days" })).toBeVisible();
  await crash(page);

  // 21 hours later by every clock.
  await control.advance(21 * HOUR);
  const later = await context.newPage();
  await later.addInitScript((ms) => {
    const real = Date.now.bind(Date);
    Date.now = () => real() + ms;
  }, 21 * HOUR * 1000);
  await later.goto("/");
  await expect(news(later)).toContainText("5 characters");
  expect(await (await api(ada)).text(id)).toBe("Kept.");
});

test("F8 WCAG 3.2.5 Change on Request: at the end of a sign-in nothing opens, moves or reloads by itself", async ({
  page,
  context,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const list = await context.newPage();
  await list.goto("/");
  for (const open of [page, list]) await open.evaluate(() => Object.assign(window, { same: true }));
  const { id } = editor;
  await editor.text.focus();
  for (const seconds of [DAY - 30 * MINUTE, 25 * MINUTE, 4 * MINUTE + 30, 2 * HOUR]) {
    await control.advance(seconds);
    await editor.wake();
    await new Editor(list).wake();
  }
  await editor.phase("expired");
  await new Editor(list).phase("expired");
  for (const open of [page, list]) {
    expect(await open.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
    expect(await open.locator("dialog[open]").count()).toBe(0);
    expect(await open.locator("meta[http-equiv=refresh]").count()).toBe(0);
  }
  expect(page.url()).toContain(id);
  expect(context.pages()).toHaveLength(2);
  await expect(editor.text).toBeFocused();
});
