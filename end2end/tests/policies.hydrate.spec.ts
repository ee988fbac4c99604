import { ada, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";
import type { Page } from "@playwright/test";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

function stay(page: Page) {
  return page.getByRole("button", { name: "Stay signed in" });
}

function signInNow(page: Page) {
  return page.getByRole("button", { name: "Sign in now" });
}

/** What a screen reader has been given to say. */
async function announced(page: Page): Promise<string> {
  return (await page.locator("[data-session-phase] [aria-live]").allTextContents()).join("").trim();
}

test.describe("early", () => {
  test.use({ settings: { HOLDFAST_POLICY: "early" } });

  test("S8 with less than an hour left the page comes after the sign-in, which says why", async ({
    page,
    control,
    a11y,
  }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await editor.type("kept");
    await editor.saved();
    const { id } = editor;
    await control.advance(23 * HOUR + MINUTE);
    await page.goto(`/documents/${id}`);
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await expect(page.getByRole("status")).toContainText(/You need to sign in again in about (59|60) minutes\. Do it now/);
    await expect(page.getByLabel("Email")).toHaveValue(ada.email);
    await a11y(page);
    await fillIn(page, ada);
    await expect(page).toHaveURL(new RegExp(`/documents/${id}$`));
    await editor.alive();
    expect(await editor.value()).toBe("kept");
    await editor.phase("quiet");
  });

  test("S8 who comes back after a pause is offered the sign-in in place, and loses neither focus nor text", async ({
    page,
    api,
    control,
  }) => {
    // The computer's clock, by which the page notices that nobody was there.
    await page.addInitScript(() => {
      const real = Date.now.bind(Date);
      const away = { ms: 0 };
      Object.assign(window, { away });
      Date.now = () => real() + away.ms;
    });
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await editor.type("before");
    await editor.saved();
    await control.advance(23 * HOUR + 2 * MINUTE);
    await page.evaluate((ms) => Object.assign((window as unknown as { away: object }).away, { ms }), 23 * HOUR * 1000);
    await editor.phase("notice");
    await expect(signInNow(page)).toBeHidden();

    await editor.type(" and after");
    await editor.phase("warning");
    await expect(editor.banner).toContainText("Sign in before you go on");
    await expect(signInNow(page)).toBeVisible();
    await expect(editor.dialog).toBeHidden();
    await expect(editor.text).toBeFocused();
    expect(await editor.value()).toBe("before and after");

    await editor.signInInPlace(ada);
    await editor.phase("quiet");
    await editor.saved();
    await expect(editor.text).toBeFocused();
    expect(await (await api(ada)).text(editor.id)).toBe("before and after");
  });

  test("S8 who has not paused is not asked in the middle of the work", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await control.advance(23 * HOUR + 2 * MINUTE);
    await editor.wake();
    await editor.phase("notice");
    await editor.type("going on");
    await editor.saved();
    await editor.phase("notice");
    await expect(signInNow(page)).toBeHidden();
  });
});

test.describe("strict", () => {
  test.use({ settings: { HOLDFAST_POLICY: "strict" } });

  /** The server's clock goes on, nobody does anything, and the page looks again. */
  async function idleUntilWarned(editor: Editor, control: { advance(seconds: number): Promise<void> }): Promise<void> {
    await control.advance(9 * MINUTE);
    await editor.wake();
    await editor.phase("warning");
  }

  test("S9 B3 an idle user is warned by name of the limit and stays by one press", async ({ page, control, a11y }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await expect(editor.banner).toHaveAttribute("data-limit", "idle");
    await editor.phase("quiet");
    await idleUntilWarned(editor, control);
    await expect(editor.banner).toContainText("You will be signed out in about 5 minutes");
    await expect(stay(page)).toBeVisible();
    await expect(signInNow(page)).toBeHidden();
    await expect(editor.text).toBeFocused();
    expect(await announced(page)).toContain("You will be signed out in less than 10 minutes");
    await a11y(page);
    await stay(page).click();
    await editor.phase("quiet");
    await expect(stay(page)).toBeHidden();
    await expect(editor.text).toBeFocused();
    expect(await editor.remainingSeconds()).toBeGreaterThan(14 * MINUTE);
    expect(await announced(page)).toBe("");
  });

  test("S9 who does not stay is signed out at the limit, goes on typing, and comes back in place", async ({
    page,
    api,
    control,
  }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await editor.type("before");
    await editor.saved();
    await control.advance(15 * MINUTE);
    await editor.wake();
    await editor.phase("expired");
    await expect(editor.banner).toContainText("You were away for a while, so you were signed out.");
    await expect(signInNow(page)).toBeVisible();
    await expect(stay(page)).toBeHidden();
    await editor.type(" and after");
    await editor.signInInPlace(ada);
    await editor.saved();
    expect(await (await api(ada)).text(editor.id)).toBe("before and after");
  });

  test("S9 typing is activity: it takes the warning away by itself", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await idleUntilWarned(editor, control);
    await editor.type("still here");
    await editor.saved();
    await editor.phase("quiet");
  });

  test("B8 the time is extended eleven times, by the keyboard alone", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    for (let time = 1; time <= 11; time += 1) {
      await idleUntilWarned(editor, control);
      expect(await editor.remainingSeconds(), `the ${time}th time`).toBeGreaterThanOrEqual(20);
      await stay(page).press("Enter");
      await editor.phase("quiet");
    }
  });

  test("B10 staying when the sign-in is gone says so, and the text is kept", async ({ page, api, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await editor.text.focus();
    await editor.type("kept");
    await editor.saved();
    await idleUntilWarned(editor, control);
    await control.user(ada, "sign-out");
    await stay(page).click();
    await editor.phase("expired");
    await expect(editor.banner).toContainText("You were signed out from somewhere else.");
    await editor.focusAtEnd();
    await editor.type(" whatever");
    await editor.signInInPlace(ada);
    await editor.saved();
    expect(await (await api(ada)).text(editor.id)).toBe("kept whatever");
  });

  test("B10 staying without a connection says that nobody has heard it", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await idleUntilWarned(editor, control);
    await page.route("**/api/session/extend", (route) => route.abort());
    await stay(page).click();
    await expect(editor.banner).toContainText("it is not known yet that you are still here");
    await editor.phase("warning");
    await page.unroute("**/api/session/extend");
    await stay(page).click();
    await editor.phase("quiet");
  });

  test("B7 three tabs show the same second, and what one extends all have within a second", async ({
    page,
    control,
  }, info) => {
    await signIn(page, ada);
    const first = await Editor.create(page);
    const tabs = [first];
    for (let n = 0; n < 2; n += 1) tabs.push(await Editor.open(await page.context().newPage(), first.id));
    await control.advance(9 * MINUTE);
    for (const tab of tabs) await tab.wake();
    for (const tab of tabs) await tab.phase("warning");
    await sameSecond(tabs);
    // Each tab writes down when it is quiet again, on the one clock that they share.
    for (const tab of tabs) {
      await tab.page.evaluate(() => {
        const banner = document.querySelector("[data-session-phase]");
        if (!banner) throw new Error("no banner");
        const seen = new MutationObserver(() => {
          if (banner.getAttribute("data-session-phase") !== "quiet") return;
          Object.assign(window, { quietAt: performance.timeOrigin + performance.now() });
          seen.disconnect();
        });
        seen.observe(banner, { attributes: true });
      });
    }
    await stay(first.page).click();
    for (const tab of tabs) await tab.phase("quiet");
    const at = await Promise.all(
      tabs.map((tab) => tab.page.evaluate(() => (window as unknown as { quietAt: number }).quietAt)),
    );
    const apart = Math.max(...at) - Math.min(...at);
    info.annotations.push({ type: "three tabs apart", description: `${Math.round(apart)} ms` });
    expect(apart).toBeLessThanOrEqual(1_000);
    await sameSecond(tabs);
  });

  test("B15 far from the end an idle page is silent", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    for (let minute = 0; minute < 6; minute += 1) {
      await control.advance(MINUTE);
      const asked = page.waitForResponse((answer) => answer.url().endsWith("/api/session"));
      await editor.wake();
      await asked;
    }
    await editor.phase("quiet");
    expect(await announced(page)).toBe("");
    await expect(editor.banner.locator(".banner-words")).toHaveText("");
  });
});

/** The seconds are read one after the other, so they are compared with what a reading takes. */
async function sameSecond(tabs: Editor[]): Promise<void> {
  await expect(async () => {
    const began = performance.now();
    const shown = await Promise.all(tabs.map((tab) => tab.remainingSeconds()));
    const took = (performance.now() - began) / 1000;
    expect(Math.max(...shown) - Math.min(...shown)).toBeLessThanOrEqual(1 + took);
  }).toPass({ timeout: 10_000 });
}

test.describe("A17 the banner says why", () => {
  for (const [action, words] of [
    ["disable", "This account has been switched off."],
    ["delete", "This account no longer exists."],
    ["reset-password", "This account needs a new password."],
    ["sign-out", "You were signed out from somewhere else."],
  ] as const) {
    test(`A17 after ${action} at the pool`, async ({ page, control }) => {
      await signIn(page, ada);
      const editor = await Editor.create(page);
      await editor.text.focus();
      await control.user(ada, action);
      await control.advance(HOUR);
      await editor.type("typing goes on");
      await editor.phase("expired");
      await expect(editor.banner).toContainText(words);
      expect(await editor.value()).toBe("typing goes on");
    });
  }

  test("A17 A14 after it was ended from another browser", async ({ page, api }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    expect((await (await api(ada)).http.delete("/api/sessions/others")).status()).toBe(204);
    await editor.phase("expired");
    await expect(editor.banner).toContainText("You were signed out from somewhere else.");
  });

  test("A17 when the time was over", async ({ page, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await control.advance(24 * HOUR);
    await editor.wake();
    await editor.phase("expired");
    await expect(editor.banner).toContainText("Your sign-in has ended.");
  });

  test("A17 when the server has lost it", async ({ page, app, control }) => {
    await signIn(page, ada);
    const editor = await Editor.create(page);
    await fetch(`${app.url}/__control/reset`, { method: "POST", headers: { origin: app.url } });
    await editor.wake();
    await editor.phase("expired");
    await expect(editor.banner).toContainText("You are signed out.");
    expect(await control.calls("InitiateAuth")).toEqual([]);
  });
});
