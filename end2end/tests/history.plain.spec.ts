import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

test("E9 D8 D9 without scripts: a version is named, compared, restored, and the restore undone", async ({
  page,
  api,
}) => {
  const own = await api(ada);
  const id = await own.create("The boat", "The boat is red.\n");
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("textbox", { name: "Name, if you like" }).fill("Red boat");
  await page.getByRole("button", { name: "Save a version" }).click();
  const versions = page.getByRole("list", { name: "Versions" });
  await expect(versions.getByRole("link")).toHaveText(["Red boat"]);

  await page.getByRole("link", { name: "← The boat" }).click();
  const editor = new Editor(page);
  await editor.text.fill("The boat is blue.\n");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("link", { name: "History" }).click();
  await versions.getByRole("link", { name: "Red boat" }).click();
  await expect(page.getByRole("main")).toContainText("The boat is red.");
  await page.getByText("Rename").click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("As it was");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("As it was");
  await page.getByRole("link", { name: "What has changed since" }).click();
  await expect(page.locator("del")).toContainText("red");
  await expect(page.locator("ins")).toContainText("blue");

  await page.getByRole("button", { name: "Restore" }).click();
  await expect(editor.text).toHaveValue("The boat is red.\n");
  await page.getByRole("main").getByRole("button", { name: "Undo" }).click();
  await expect(editor.text).toHaveValue("The boat is blue.\n");
  expect(await own.text(id)).toBe("The boat is blue.\n");
});

test("without scripts: a document goes to the trash, comes back by undo, and from the trash", async ({
  page,
  api,
}) => {
  const own = await api(ada);
  const id = await own.create("Worth keeping", "words");
  await signIn(page, ada);
  const list = page.getByRole("list", { name: "Documents" });
  for (const way of ["notice", "trash"]) {
    await page.goto(`/documents/${id}`);
    await page.getByText("More", { exact: true }).click();
    await page.getByRole("button", { name: "Move to trash" }).click();
    await expect(page.getByRole("main").getByRole("status").first()).toContainText("” to the trash.");
    await expect(list).toHaveCount(0);
    if (way === "notice") {
      await page.getByRole("main").getByRole("button", { name: "Undo" }).click();
    } else {
      await page.getByRole("main").getByRole("link", { name: "Trash" }).click();
      await page.getByRole("button", { name: "Restore Worth keeping" }).click();
    }
    await expect(new Editor(page).text).toHaveValue("words");
  }
  await expect(page.getByRole("main").getByRole("status").first()).toContainText("out of the trash again");

  await page.getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: "Move to trash" }).click();
  await page.goto("/trash");
  const waiting = page.getByRole("list", { name: "Trash" });
  await expect(waiting).toContainText("30 days left");
  await waiting.getByText("Delete for good").click();
  await page.getByRole("button", { name: "Yes, delete it with its history" }).click();
  await expect(page.getByText("The trash is empty.")).toBeVisible();
  await expect(page.getByRole("status")).toHaveText("Deleted for good, with its history.");
  expect((await own.http.get(`/api/documents/${id}/draft`)).status()).toBe(404);
});

test("F6 without scripts: an expiry is practised, and the way back leads to the same page", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("", "words");
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  await page.getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: "Practise an expiry" }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByRole("status").first()).toBeVisible();
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  await expect(new Editor(page).text).toHaveValue("words");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`history and trash fit a telephone, ${colorScheme}`, async ({ browser, app, api }) => {
    const own = await api(ada);
    const word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenhalter".repeat(3);
    const id = await own.create(word, `${word}\n`);
    await own.http.post(`/api/documents/${id}/versions`, { data: { name: word } });
    const context = await browser.newContext({
      baseURL: app.url,
      colorScheme,
      javaScriptEnabled: false,
      viewport: { width: 390, height: 844 },
    });
    const page = await context.newPage();
    await signIn(page, ada);
    for (const path of ["/history", "/saved", "/versions/1", "/versions/1/changes"].map((rest) => `/documents/${id}${rest}`)) {
      await page.goto(path);
      expect(await page.evaluate("document.documentElement.scrollWidth"), path).toBe(390);
    }
    await context.close();
  });
}

test("E1 without scripts: the receipt is found from the history, and the file gives the sum that it names", async ({ page, api }) => {
  const own = await api(ada);
  const id = await own.create("The boat", "The boat is red. 😀\n");
  await signIn(page, ada);
  await page.goto(`/documents/${id}/history`);
  await page.getByRole("link", { name: "What is saved" }).click();
  await expect(page.getByRole("heading", { name: "What is saved" })).toBeVisible();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the text" }).click()]);
  const sum = createHash("sha256").update(readFileSync(await file.path())).digest("hex");
  await expect(page.locator("[data-sum=text]")).toHaveText(sum);
  await expect(page.locator("[data-sum=chain]")).toHaveText((await own.draft(id)).hash);
});
