import { ada, expect, signIn, test } from "../fixtures.ts";

test("without scripts: a document is read as a page, and the way back leads to its text", async ({ page, api }) => {
  const id = await (await api(ada)).create("The log", "Trimmed at *seven*.");
  await signIn(page, ada);
  await page.goto(`/documents/${id}`);
  await page.getByRole("link", { name: "Preview" }).click();
  await expect(page).toHaveURL(new RegExp(`/documents/${id}/read$`));
  await expect(page.getByRole("article").locator("em")).toHaveText("seven");
  await page.getByRole("link", { name: "← The log" }).click();
  await expect(page.getByRole("textbox", { name: "Document text" })).toHaveValue("Trimmed at *seven*.");
});
