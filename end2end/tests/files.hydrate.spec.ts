import type { Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

const titles = (page: Page) => page.getByRole("list", { name: "Documents" }).getByRole("link");
const file = (name: string, text: string | Buffer) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });

test("files are imported as soon as they are chosen: a word for each that is none, and the rest is there", async ({
  page,
  a11y,
}) => {
  await signIn(page, ada);
  await page.locator("[data-drop]").waitFor({ state: "attached" });
  await page.locator("summary", { hasText: "Import" }).click();
  await page
    .getByLabel("Files to import")
    .setInputFiles([
      file("Letter.md", "# Dear Bob"),
      file("photo.md", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0])),
      file("old.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9])),
      file("bomb.zip", "PK"),
      file("large.txt", Buffer.alloc(11 * 1024 * 1024, "x")),
      file("List.txt", "one\ntwo"),
    ]);
  const notice = page.getByRole("status").filter({ hasText: "2 documents imported." });
  await expect(notice).toBeVisible();
  const refused = notice.locator(".documents-refused");
  await expect(refused).toContainText("4 files were not imported:");
  // Told apart by words and a sign; the colour only adds to it.
  expect(await refused.evaluate((one) => getComputedStyle(one, "::before").content)).toContain("✕");
  expect(await refused.evaluate((one) => getComputedStyle(one).backgroundColor)).not.toBe(
    await notice.locator(".documents-made").evaluate((one) => getComputedStyle(one).backgroundColor),
  );
  for (const word of [
    "photo.md is not text.",
    "old.txt is not in UTF-8. Save it as UTF-8, then try again.",
    "bomb.zip is not a .md or .txt file.",
    "large.txt is larger than 10 MB.",
  ]) {
    await expect(notice.getByText(word)).toBeVisible();
  }
  await expect(titles(page)).toHaveCount(2);
  await expect(page.getByRole("searchbox")).toBeVisible();
  await a11y(page);
});

test("files that are all refused: nothing was imported, and nothing says that something was", async ({ page }) => {
  await signIn(page, ada);
  await page.locator("[data-drop]").waitFor({ state: "attached" });
  await page.locator("summary", { hasText: "Import" }).click();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Files to import")).toBeFocused();
  await page.getByLabel("Files to import").setInputFiles([file("bomb.zip", "PK")]);
  const notice = page.getByRole("status").filter({ hasText: "Nothing was imported." });
  await expect(notice).toContainText("1 file was not imported:");
  const sign = (one: Element) => getComputedStyle(one, "::before").content;
  expect(await notice.locator(".documents-made").evaluate(sign)).toBe("none");
});

test("a few hundred files dropped onto the page: progress, then all of them", async ({ page }) => {
  await signIn(page, ada);
  await page.locator("[data-drop]").waitFor({ state: "attached" });
  await page.evaluate(() => {
    const dropped = new DataTransfer();
    for (let n = 0; n < 300; n += 1) dropped.items.add(new File([`words of ${n}`], `File ${n}.md`));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
  });
  await expect(page.getByText("300 documents imported.")).toBeVisible();
  await expect(titles(page)).toHaveCount(100);
  await page.getByRole("searchbox").fill("words 299");
  await expect(titles(page)).toHaveText(["File 299"]);
});

test("an import that is cut off says how far it came", async ({ page }) => {
  await signIn(page, ada);
  await page.locator("[data-drop]").waitFor({ state: "attached" });
  let requests = 0;
  await page.route("**/api/import", (route) => ((requests += 1) > 1 ? route.abort() : route.continue()));
  await page.locator("summary", { hasText: "Import" }).click();
  const files = Array.from({ length: 60 }, (_, n) => file(`File ${n}.md`, "words"));
  await page.getByLabel("Files to import").setInputFiles(files);
  const notice = page.getByText("The import stopped after 50 of 60 files, before “File 50.md”.");
  await expect(notice).toContainText("Check your connection");
  await expect(titles(page)).toHaveCount(50);
});

test("one document as a Markdown file", async ({ page, api }) => {
  const id = await (await api(ada)).create("Über uns", "# Hello\n");
  await signIn(page, ada);
  await Editor.open(page, id);
  await page.getByText("More", { exact: true }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as Markdown" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("Über uns.md");
  const pieces: Buffer[] = [];
  for await (const piece of await download.createReadStream()) pieces.push(piece as Buffer);
  expect(Buffer.concat(pieces).toString()).toBe("# Hello\n");
});
