import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import type { Page } from "@playwright/test";
import type { SessionStatus } from "../support/api.ts";

const DAY = 24 * 60 * 60;

/** What the server would answer now, in seconds; asking is no activity. */
async function remaining(editor: Editor): Promise<number> {
  const answer = await editor.page.request.get("/api/session");
  return ((await answer.json()) as SessionStatus).sign_in_by_ms / 1000;
}

/** Shown is never more than there is, and at most two seconds less. */
async function isRight(editor: Editor): Promise<void> {
  await expect(async () => {
    const least = await remaining(editor);
    const shown = await editor.remainingSeconds();
    const most = least + 1;
    expect(shown).toBeGreaterThanOrEqual(Math.floor(least) - 2);
    expect(shown).toBeLessThanOrEqual(most);
  }).toPass({ timeout: 5_000 });
}

test("B1 B3 B14 from quiet to notice to warning to expired, with what is left and which limit it is", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.phase("quiet");
  await expect(editor.banner).toHaveAttribute("data-limit", "refresh");
  await isRight(editor);
  expect(await editor.remainingSeconds()).toBeGreaterThan(DAY - 60);

  await control.advance(DAY - 59 * 60);
  await editor.wake();
  await editor.phase("notice");
  await isRight(editor);

  await control.advance(50 * 60);
  await editor.wake();
  await editor.phase("warning");
  await isRight(editor);
  await expect(page.getByRole("button", { name: "Sign in now" })).toBeVisible();
  await expect(page).toHaveTitle(/\b[89] min\b/);

  // One more refresh may still buy access beyond the refresh token's end: this leap is beyond that, too.
  await control.advance(2 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await expect(editor.banner).toHaveAttribute("data-remaining-seconds", "0");
  await expect(editor.dialog).toBeHidden();
});

test("B11 the banner says what becomes of the work, and how much of it is where", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("safe");
  await editor.saved();
  await control.advance(DAY - 5 * 60);
  await editor.wake();
  await editor.phase("warning");
  await expect(editor.banner).not.toContainText("on this device");
  await page.route("**/draft", (route) => route.abort());
  await editor.type("twelve chars");
  await expect(editor.banner).toContainText("12 characters are only on this device");
  await page.unroute("**/draft");
  await editor.saved();
  await expect(editor.banner).not.toContainText("on this device");
});

test.describe("with a window of twenty seconds", () => {
  test.use({ settings: { HOLDFAST_POOL_ACCESS_TTL: "5s", HOLDFAST_POOL_REFRESH_TTL: "20s" } });

  test("B2 B12 C10 typing goes on through warning and end, and keeps focus and every key", async ({ page, api }) => {
    test.setTimeout(120_000);
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await page.evaluate(() => {
      const lost: string[] = [];
      Object.assign(window, { lostFocus: lost });
      document.addEventListener("focusout", (event) => lost.push(String(event.target)));
    });
    const phases: string[] = [];
    let typed = "";
    for (let n = 0; phases.at(-1) !== "expired" && n < 2_000; n += 1) {
      const word = `${n} `;
      await editor.type(word, 15);
      typed += word;
      const phase = (await editor.banner.getAttribute("data-session-phase")) ?? "?";
      if (phase !== phases.at(-1)) phases.push(phase);
    }
    expect(phases.filter((phase) => phase !== "notice")).toEqual(["quiet", "warning", "expired"]);
    await expect(editor.banner).toHaveAttribute("data-remaining-seconds", "0");

    const more = "and five hundred characters after the end, ".repeat(12).slice(0, 500);
    await editor.type(more);
    typed += more;
    expect(await editor.value()).toBe(typed);
    await expect(editor.text).toBeFocused();
    expect(await page.evaluate(() => (window as unknown as { lostFocus: string[] }).lostFocus)).toEqual([]);

    await editor.signInInPlace(ada);
    await editor.saved();
    expect(await (await api(ada)).text(editor.id)).toBe(typed);
  });
});

for (const days of [1, -1]) {
  test(`B4 right although the device's clock is ${days} day off, and jumps back meanwhile`, async ({ page }) => {
    await page.addInitScript((offset) => {
      const real = Date.now.bind(Date);
      const state = { offset };
      Object.assign(window, { wrongClock: state });
      Date.now = () => real() + state.offset;
    }, days * DAY * 1000);
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await isRight(editor);
    await page.evaluate(() => Object.assign((window as unknown as { wrongClock: object }).wrongClock, { offset: 0 }));
    await isRight(editor);
    await editor.wake();
    await isRight(editor);
    await editor.phase("quiet");
  });
}

/** An answer that took long is counted from its question on; a quicker one may give back what that took. */
const ANSWER_S = 10;

/** Writes down every number of seconds that is shown from now on; the answer is what was wrong with them. */
async function watchSeconds(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const banner = document.querySelector("[data-remaining-seconds]");
    if (!banner) throw new Error("no banner");
    const shown = [Number(banner.getAttribute("data-remaining-seconds"))];
    Object.assign(window, { shown });
    const write = (): void => void shown.push(Number(banner.getAttribute("data-remaining-seconds")));
    new MutationObserver(write).observe(banner, { attributes: true, attributeFilter: ["data-remaining-seconds"] });
  });
  return () =>
    page.evaluate((most) => {
      const { shown } = window as unknown as { shown: number[] };
      return shown.flatMap((seconds, at) => {
        if (!(seconds >= 0)) return [`${seconds} is no time that is left`];
        return at > 0 && seconds > (shown[at - 1] ?? 0) + most ? [`grew from ${shown[at - 1]} to ${seconds}`] : [];
      });
    }, ANSWER_S);
}

test("B6 right after a sleep in which the page's clocks stood still, never negative, never growing", async ({
  page,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await isRight(editor);
  const wrong = await watchSeconds(page);
  await control.advance(5 * 60 * 60);
  await editor.wake();
  await isRight(editor);
  await control.advance(20 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  expect(await wrong()).toEqual([]);
});

test("B6 right after timers were frozen and the page's clocks ran on", async ({ page, control }) => {
  await page.clock.install();
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await isRight(editor);
  const wrong = await watchSeconds(page);
  await control.advance(2 * 60 * 60);
  await page.clock.fastForward("02:00:00");
  expect(await editor.remainingSeconds()).toBeGreaterThan(0);
  await isRight(editor);
  expect(await wrong()).toEqual([]);
});

test("B6 right when the browser resumes a tab that it had frozen", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  // A headless browser never hides a tab, and freezes hidden ones only: this is what the page hears of it.
  await page.evaluate(() => document.dispatchEvent(new Event("freeze")));
  await control.advance(3 * 60 * 60);
  await page.evaluate(() => document.dispatchEvent(new Event("resume")));
  await isRight(editor);
});

test("C6 C8 signing in again gives a new session id, the old one is dead, and saving goes on", async ({
  page,
  app,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("before ");
  await editor.saved();
  const old = await page.context().cookies();
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.signInInPlace(ada);
  await editor.phase("quiet");

  const save = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await editor.type("after");
  expect((await save).status()).toBe(200);
  await editor.saved();

  const now = await page.context().cookies();
  expect(now.map(({ value }) => value)).not.toEqual(old.map(({ value }) => value));
  const cookie = old.map(({ name, value }) => `${name}=${value}`).join("; ");
  const answer = await fetch(`${app.url}/api/session`, { headers: { cookie } });
  expect(answer.status).toBe(401);
  expect(((await answer.json()) as { code: string }).code).not.toBe("");
});

test("C8 the id of a session that was replaced before its end is dead, too", async ({ page, app }) => {
  await signIn(page, ada);
  const old = await page.context().cookies();
  const again = await page.request.post("/api/session", {
    headers: { origin: app.url },
    data: { username: ada.email, password: ada.password },
  });
  expect(again.status()).toBe(200);
  const cookie = old.map(({ name, value }) => `${name}=${value}`).join("; ");
  expect((await fetch(`${app.url}/api/session`, { headers: { cookie } })).status).toBe(401);
  expect((await page.request.get("/api/session")).status()).toBe(200);
});

test("A15 a sign-out by the pool is noticed, and signing in again in place mends it", async ({ page, api, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("kept");
  await editor.saved();
  await control.user(ada, "sign-out");
  // The access token in hand is good until it ends; then the refresh is refused.
  await control.advance(60 * 60);
  await editor.type(" whatever");
  await editor.wake();
  await editor.phase("expired");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("kept whatever");
});

test("A8 a pool that is out of order ends nobody's session and stops no saving", async ({ page, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await control.advance(60 * 60);
  await control.fault("*", "error500", 200);
  await editor.type("the pool is down");
  await editor.wake();
  await editor.saved();
  await editor.phase("quiet");
  const draft = await page.request.get(`/api/documents/${editor.id}/draft`);
  expect(((await draft.json()) as { text: string }).text).toBe("the pool is down");
});
