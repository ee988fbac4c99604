import { ada, expect, signIn } from "../fixtures.ts";
import { scene } from "../support/camera.ts";
import { LOG } from "../support/prose.ts";

scene("the list, the trash, and the pages of a document", async ({ page, api, shoot }) => {
  await signIn(page, ada);
  await shoot("list-empty");
  await page.goto("/trash");
  await shoot("trash-empty");
  const own = await api(ada);
  for (const title of ["Shopping for the winter", "Letter to the harbour office", "", "Thrown away"]) {
    await own.create(title, "Some words about the lighthouse.");
  }
  const id = await own.create("The lighthouse keeper's log", LOG);
  await page.goto("/");
  await shoot("list");
  await page.locator("summary", { hasText: "Keys and marks" }).click();
  await shoot("list-keys", "page");
  await page.getByRole("searchbox").pressSequentially("light");
  await expect(page.locator("mark").first()).toBeVisible();
  await shoot("list-found");
  await page.getByRole("searchbox").fill("whale");
  await expect(page.getByText("Nothing found.").first()).toBeVisible();
  await shoot("list-nothing-found");
  await page.goto("/");
  await page.locator("[data-drop]").waitFor({ state: "attached" });
  await page.locator("summary", { hasText: "Import" }).click();
  await shoot("list-import");
  const file = (name: string, text: string | Buffer) => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page
    .getByLabel("Files to import")
    .setInputFiles([file("Letter.md", "# Dear Bob"), file("photo.md", Buffer.from([0x89, 0x50, 0, 0])), file("bomb.zip", "PK")]);
  await expect(page.getByText("1 document imported.")).toBeVisible();
  await shoot("list-imported");

  await page.getByRole("link", { name: "Thrown away" }).click();
  await page.locator("summary", { hasText: "More" }).click();
  await page.getByRole("button", { name: "Move to trash" }).click();
  await expect(page.getByText("to the trash.")).toBeVisible();
  await shoot("list-trashed");
  await page.goto("/trash");
  await shoot("trash");
  await page.getByText("Delete for good", { exact: true }).click();
  await shoot("trash-deleting");
  await page.getByRole("button", { name: "Yes, delete it with its history" }).click();
  await shoot("trash-deleted");

  await page.goto(`/documents/${id}/history`);
  await shoot("history-empty");
  await own.http.post(`/api/documents/${id}/versions`, { data: { name: "As it was sent" } });
  const { head } = await own.draft(id);
  const later = LOG.indexOf("Nothing was lost");
  const edits = [
    [4, 5, "gale"],
    [later - 1, 0, "A third boat came in at dawn, and went on without a word.\n\n"],
  ];
  await own.http.patch(`/api/documents/${id}/draft`, { data: { writer: "elsewhere", base_head: head, seq: 1, edits } });
  await page.goto(`/documents/${id}/versions/1/changes`);
  await expect(page.getByText("A third boat")).toBeVisible();
  await shoot("changes");
  await page.getByRole("button", { name: "Next" }).click();
  await shoot("changes-one");
  await page.goto(`/documents/${id}/history`);
  await page.getByRole("textbox", { name: "Name, if you like" }).fill("With the gale");
  await page.getByRole("button", { name: "Save a version" }).click();
  await page.goto(`/documents/${id}/versions/1/changes?with=2`);
  await shoot("two-sides");
  await page.goto(`/documents/${id}/versions/1`);
  await shoot("version");
  await page.getByRole("link", { name: "As it reads" }).click();
  await page.getByText("Rename").click();
  await shoot("version-naming");
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(page.getByText("Restored.")).toBeVisible();
  await shoot("restored");
  for (const at of ["history", "saved", "read"]) {
    await page.goto(`/documents/${id}/${at}`);
    await shoot(at, "page");
  }
});
