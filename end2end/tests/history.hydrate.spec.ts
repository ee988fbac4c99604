import { randomUUID } from "node:crypto";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test(`history and trash are accessible, ${colorScheme}`, async ({ page, api, a11y }) => {
      const own = await api(ada);
      const id = await own.create("The boat", "The boat is red.\n");
      await own.http.post(`/api/documents/${id}/versions`, { data: { name: "Red boat" } });
      const { head } = await own.draft(id);
      await own.http.patch(`/api/documents/${id}/draft`, {
        data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[12, 3, "blue"]] },
      });
      const gone = await own.create("Thrown away", "");
      await own.http.delete(`/api/documents/${gone}`);
      await signIn(page, ada);
      for (const path of ["/history", "/saved", "/versions/1", "/versions/1/changes"]) {
        await page.goto(`/documents/${id}${path}`);
        await a11y(page);
      }
      await page.getByRole("button", { name: "Restore" }).click();
      await expect(page.getByRole("main").getByRole("button", { name: "Undo" })).toBeVisible();
      await page.getByText("More", { exact: true }).click();
      await expect(page.getByRole("button", { name: "Practise an expiry" })).toBeVisible();
      await a11y(page);
      await page.goto("/trash");
      await expect(page.getByRole("button", { name: "Restore Thrown away" })).toBeVisible();
      await a11y(page);
    });
  });
}

test("D9: a restore elsewhere arrives in an open editor, and so does its undoing", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("", "first");
  await own.http.post(`/api/documents/${id}/versions`, { data: {} });
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await editor.focusAtEnd();
  await editor.type(" and more");
  await editor.saved();
  const answer = await own.http.post(`/api/documents/${id}/versions/1/restore`, { data: {} });
  const { undo } = (await answer.json()) as { undo: number };
  await expect(editor.text).toHaveValue("first");
  await own.http.post(`/api/documents/${id}/versions/${undo}/restore`, { data: {} });
  await expect(editor.text).toHaveValue("first and more");
});

test("E1 the word Saved leads to its receipt, while nothing is on its way", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const receipt = page.getByRole("link", { name: "Receipt" });
  await page.route("**/draft", () => undefined);
  await editor.text.focus();
  await editor.type("words");
  await editor.is("sending");
  await expect(receipt).toBeHidden();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await editor.saved();
  await receipt.click();
  await expect(page.getByRole("heading", { name: "What is saved" })).toBeVisible();
  const { hash, text_sha256 } = await (await api(ada)).draft(editor.id);
  await expect(page.locator("[data-sum=chain]")).toHaveText(hash);
  await expect(page.locator("[data-sum=text]")).toHaveText(text_sha256);
});

test("E9 a restore is undone where it is told, with a mouse and where scripts run", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("The boat", "The boat is red.");
  await own.http.post(`/api/documents/${id}/versions`, { data: { name: "Red boat" } });
  const { head } = await own.draft(id);
  await own.http.patch(`/api/documents/${id}/draft`, {
    data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[12, 3, "blue"]] },
  });
  await signIn(page, ada);
  await page.goto(`/documents/${id}/versions/1`);
  await page.getByRole("button", { name: "Restore" }).click();
  const editor = new Editor(page);
  await editor.alive();
  await expect(editor.text).toHaveValue("The boat is red.");
  await page.getByRole("main").getByRole("button", { name: "Undo" }).click();
  await expect(editor.text).toHaveValue("The boat is blue.");
  expect(await own.text(id)).toBe("The boat is blue.");
});

test.describe("elsewhere", () => {
  test.use({ timezoneId: "Pacific/Auckland", locale: "en-NZ" });

  test("E9 the days and times of the history are the reader's own", async ({ page, api }) => {
    const own = await api(ada);
    const id = await own.create("The boat", "The boat is red.\n");
    for (const name of ["Red boat", "Still red"]) await own.http.post(`/api/documents/${id}/versions`, { data: { name } });
    await signIn(page, ada);
    await page.goto(`/documents/${id}/history`);
    const versions = page.getByRole("list", { name: "Versions" });
    await expect(page.getByText("Days and times are in UTC.")).toHaveCount(0);
    await expect(versions.getByRole("heading")).toHaveText(["Today"]);
    await expect(versions.getByRole("link")).toHaveText(["Still red", "Red boat"]);
    const [at, told] = await versions.locator("time").first().evaluate((time: HTMLTimeElement) => [time.dateTime, time.textContent]);
    const there = new Intl.DateTimeFormat("en-NZ", { timeZone: "Pacific/Auckland", hour: "numeric", minute: "2-digit" });
    expect(told).toBe(there.format(new Date(at ?? "")));
    await expect(versions.getByRole("list", { name: "Today" }).getByRole("listitem")).toHaveCount(2);
  });
});

test("E9 what has changed is gone through from place to place, and the history says how far the text has come", async ({
  page,
  api,
}) => {
  const own = await api(ada);
  const id = await own.create("The harbour", `${"The lamp was trimmed. ".repeat(60)}\n\n`.repeat(4));
  await own.http.post(`/api/documents/${id}/versions`, { data: { name: "First" } });
  const { head } = await own.draft(id);
  const edits = [
    [4, 4, "candle"],
    [3000, 0, "And so on. "],
  ];
  await own.http.patch(`/api/documents/${id}/draft`, { data: { writer: randomUUID(), base_head: head, seq: 1, edits } });
  await signIn(page, ada);
  await page.goto(`/documents/${id}/history`);
  await expect(page.getByRole("main")).toContainText(/5 words added, 2 removed since the last version/);
  await page.getByRole("link", { name: "What has changed since" }).click();
  const said = page.locator("[data-changes] [role=status]");
  await expect(said).toHaveText("2 changes");
  const next = page.getByRole("button", { name: "Next" });
  await next.click();
  await expect(said).toHaveText("Change 1 of 2");
  await expect(page.locator("[data-shown]").first()).toBeInViewport();
  await next.click();
  await expect(said).toHaveText("Change 2 of 2");
  await expect(page.locator("ins[data-shown]")).toContainText("And so on");
  await expect(page.locator("ins[data-shown]")).toBeInViewport();
  await expect(next, "goes along").toBeInViewport();
  await next.click();
  await expect(said).toHaveText("Change 1 of 2");
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(said).toHaveText("Change 2 of 2");
});
