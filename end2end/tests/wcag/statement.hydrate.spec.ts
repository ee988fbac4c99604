import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "../../support/site.ts";

const folder = dirname(fileURLToPath(import.meta.url));

/** "1.1.1 Non-text Content", of every test that is named by a criterion. */
function tested(): string[] {
  const sources = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, "utf8"));
  // Named at the beginning of a test, on its line or the next.
  return sources.flatMap((source) => [...source.matchAll(/\(\s*"F8 WCAG (\d\.\d+\.\d+ [^:"]+):/g)].map(([, criterion]) => criterion ?? ""));
}

test("F8 the statement claims what is tested, and what is tested stands in it", async ({ page }) => {
  await page.goto("/accessibility");
  const lines = await page.locator("tbody tr").evaluateAll((all) =>
    all.map((line) => [...line.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? "")),
  );
  const claimed = lines.filter(([, , met]) => met !== "does not apply").map(([criterion]) => criterion ?? "");
  expect(claimed.length).toBeGreaterThan(50);
  expect(tested().sort()).toEqual(claimed.sort());
  for (const [, level, met, shown] of lines) {
    expect(level).toMatch(/^A{1,3}$/);
    expect(met).toMatch(/^(yes|partly|does not apply)$/);
    expect(shown).toMatch(/\.$/);
  }
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("F8 the statement is there for everybody, says what is not known, and has no script", async ({ page }) => {
    await page.goto("/accessibility");
    await expect(page.getByRole("heading", { name: "Accessibility" })).toBeVisible();
    await expect(page.getByText("Nobody has gone through Holdfast with a screen reader yet")).toBeVisible();
    expect(await page.locator("script").count()).toBe(0);
    await page.getByRole("link", { name: "Back to Holdfast" }).click();
    await expect(page.getByRole("heading", { name: "Documents" })).toBeVisible();
  });
});
