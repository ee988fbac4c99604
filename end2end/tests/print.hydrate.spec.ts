import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

const LINES = Array.from({ length: 300 }, (_, n) => `Line ${n + 1} of a text that takes some pages.`).join("\n");

test.use({ colorScheme: "dark" });

test("printing an editor prints the whole document and nothing around it, dark or not, and leaves nothing behind", async ({
  page,
  api,
}) => {
  const id = await (await api(ada)).create("A long letter", LINES);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await expect(page.locator("[data-writing][data-alive]")).toBeAttached();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("[data-printed]")).toContainText("Line 300 of a text");
  await expect(page.locator("[data-printed]")).toBeVisible();
  await expect(editor.title).toBeVisible();
  for (const around of [editor.text, editor.status, page.locator(".header"), page.getByRole("button", { name: "Outline" }), page.getByText(/^[0-9,]+ words$/), page.getByRole("link", { name: "Preview" })]) {
    await expect(around).toBeHidden();
  }
  const lightness = await page.evaluate(() => {
    const paint = document.createElement("canvas").getContext("2d");
    if (!paint) throw new Error("no canvas");
    paint.fillStyle = getComputedStyle(document.body).color;
    paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data[0];
  });
  expect(lightness).toBeLessThan(100);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: null });
  expect(await page.locator("[data-printed]").textContent()).toBe("");
  await expect(editor.text).toBeVisible();

  // What the browser itself makes of it; it tells the page before and after.
  const pages = (await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g);
  expect(pages?.length).toBeGreaterThan(5);
});

test("with the preview open it is printed as it reads; what is locked is not printed at all", async ({ page, api, control }) => {
  const id = await (await api(ada)).create("Letter", `# Dear Bob\n\n${LINES}`);
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await page.getByRole("link", { name: "Preview" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByRole("heading", { name: "Dear Bob" })).toBeVisible();
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  await expect(preview).toBeVisible();
  await expect(page.locator("[data-printed]")).toBeHidden();
  expect((await preview.boundingBox())?.height).toBeGreaterThan(2000);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));

  await control.advance(25 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await fillIn(editor.dialog, bob);
  await editor.phase("sealed");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("[data-printed]").textContent()).toBe("");
  for (const text of await page.getByText("Dear Bob").all()) await expect(text).toBeHidden();
});
