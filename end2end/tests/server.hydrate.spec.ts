import type { Page, Route } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

/** What the server answers while its disk takes nothing: full, or the database is held by somebody else. */
async function takeNothing(page: Page): Promise<void> {
  const problem = { type: "about:blank", title: "The text could not be written to disk", status: 503, code: "cannot_save" };
  await page.route("**/draft", (route) =>
    route.fulfill({
      status: 503,
      headers: { "content-type": "application/problem+json", "retry-after": "1" },
      body: JSON.stringify(problem),
    }),
  );
}

test("E13 E2 the server can write nothing: said, kept on this device, and saved when it can", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await takeNothing(page);
  await editor.type("nobody's disk is endless");
  await editor.is("cannot-save");
  await expect(editor.status).toContainText("on this device");
  await editor.type(", but words go on");
  await expect
    .poll(async () => {
      const { typed, journalled, acked } = await editor.counters();
      return journalled === typed && acked === 0;
    })
    .toBe(true);
  await editor.is("cannot-save");
  await page.unroute("**/draft");
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("nobody's disk is endless, but words go on");
});

/** Answers of a server of tomorrow: every object in them has a member that this page has never heard of. */
function fromTomorrow(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromTomorrow);
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value).map(([name, member]) => [name, fromTomorrow(member)] as const);
  return { ...Object.fromEntries(members), from_tomorrow: { is: ["not", "known"] } };
}

async function answerFromTomorrow(route: Route): Promise<void> {
  // The stream never ends, and keys are read by a script that is as old as the page.
  if (route.request().url().endsWith("/api/events")) return route.continue();
  const response = await route.fetch();
  const isJson = response.headers()["content-type"]?.includes("json") ?? false;
  if (!isJson) return route.fulfill({ response });
  return route.fulfill({ response, json: fromTomorrow(await response.json()) });
}

test("E14 version skew: an open page goes on with a newer server, over restart, conflict and sign-in", async ({
  page,
  app,
  api,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("before the deploy, ");
  await editor.saved();
  const own = await api(ada);

  // The files that this page was loaded from are gone with their hashes, and answers have more in them.
  await app.stop("SIGTERM");
  await page.route("**/pkg/**", (route) => route.fulfill({ status: 404 }));
  await page.route("**/api/**", answerFromTomorrow);
  await editor.type("during it, ");
  await app.start();
  await editor.type("after it");
  await editor.saved();
  expect(await own.text(id)).toBe("before the deploy, during it, after it");

  // Another device was faster: the conflict is from tomorrow, too.
  const { head } = await own.draft(id);
  await page.route("**/api/events", (route) => route.abort());
  const answer = await own.http.patch(`/api/documents/${id}/draft`, {
    data: { writer: "tomorrow", base_head: head, seq: 1, edits: [[0, 0, "> "]] },
  });
  expect(answer.status()).toBe(200);
  await editor.focusAtEnd();
  await editor.type("!");
  await editor.saved();
  await expect.poll(() => own.text(id)).toBe("> before the deploy, during it, after it!");

  await control.advance(2 * 24 * 3600);
  await editor.wake();
  await editor.phase("expired");
  await editor.type("?");
  await editor.signInInPlace(ada);
  await editor.phase("quiet");
  await editor.saved();
  expect(await (await api(ada)).text(id)).toBe("> before the deploy, during it, after it!?");
});

test("E6 E8 more was written elsewhere than one answer holds: all of it is merged, and the way to both sides is offered", async ({
  page,
  api,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.text.focus();
  await editor.type("mine");
  await editor.saved();
  await page.route("**/api/events", (route) => route.abort());
  await page.reload();
  await editor.alive();
  const own = await api(ada);
  const { head } = await own.draft(id);
  // However far the snapshot moves on, the text that this page stands on can be told.
  expect((await own.http.post(`/api/documents/${id}/versions`, { data: {} })).status()).toBe(201);
  for (let part = 0; part < 3; part += 1) {
    const edits = [[0, 0, `${"abc"[part]?.repeat(500_000)}\n`]];
    const answer = await own.http.patch(`/api/documents/${id}/draft`, {
      data: { writer: "other", base_head: head + part, seq: part + 1, edits },
    });
    expect(answer.status()).toBe(200);
  }
  // Long enough ago for both sides to be kept.
  await control.advance(11 * 60);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/edits?since=")) asked.push(request.url());
  });
  await editor.focusAtEnd();
  await editor.type(" too");
  await editor.is("saved", 30_000);
  expect(asked.length).toBeGreaterThan(0);
  const text = await own.text(id);
  expect(text.length).toBe(3 * 500_001 + "mine too".length);
  expect(text.endsWith("mine too")).toBe(true);
  expect(await editor.value()).toBe(text);

  const review = page.getByRole("link", { name: "See what has changed" });
  await expect(review).toHaveAttribute("href", new RegExp(`^/documents/${id}/versions/\\d+/changes\\?with=\\d+$`));
  const [opened] = await Promise.all([page.context().waitForEvent("page"), review.click()]);
  await expect(opened.getByText("What is different in")).toBeVisible();
  await expect(opened.getByRole("link", { name: "Before changes from elsewhere were added" })).toBeVisible();
});
