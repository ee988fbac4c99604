import { ada, expect, signIn, test } from "../fixtures.ts";

test("without scripts: search, sort, and back to all", async ({ page, api }) => {
  const own = await api(ada);
  await own.create("Harbour log", "The boats lay still.");
  await own.create("Alpha", "Eight years at the lighthouse.");
  await signIn(page, ada);
  const titles = page.getByRole("list", { name: "Documents" }).getByRole("link");
  await page.getByRole("navigation", { name: "Sort by" }).getByRole("link", { name: "Title" }).click();
  await expect(titles).toHaveText(["Alpha", "Harbour log"]);
  await page.getByRole("searchbox").fill("boat");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(titles).toHaveText(["Harbour log"]);
  await expect(page).toHaveURL(/sort=title/);
  await expect(page.getByText("1 document found")).toBeVisible();
  await page.getByRole("searchbox").fill("nowhere");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("link", { name: "Show all documents" }).click();
  await expect(titles).toHaveCount(2);
});
