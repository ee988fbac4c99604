import { ada, expect, signIn, test } from "../fixtures.ts";

test("without scripts: files are imported by a form, and the page says what became of each", async ({ page }) => {
  await signIn(page, ada);
  await page.locator("summary", { hasText: "Import" }).click();
  await page.getByLabel("Files to import").setInputFiles([
    { name: "Letter.md", mimeType: "text/markdown", buffer: Buffer.from("# Dear Bob") },
    { name: "bomb.zip", mimeType: "application/zip", buffer: Buffer.from("PK") },
  ]);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const notice = page.getByRole("status").filter({ hasText: "1 document imported." });
  await expect(notice).toContainText("bomb.zip is not a .md or .txt file.");
  await page.getByRole("link", { name: "Dear Bob" }).click();
  await expect(page.getByRole("textbox", { name: "Document text" })).toHaveValue("# Dear Bob");
});
