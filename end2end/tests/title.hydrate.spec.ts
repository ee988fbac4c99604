import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { crash, news } from "../support/journal.ts";

/** What is typed into the title is on this device: its log is the one that ends so. */
async function titleOnDevice({ page }: Editor): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const open = indexedDB.open("holdfast");
        const db = await new Promise<IDBDatabase>((resolve) => (open.onsuccess = () => resolve(open.result)));
        const all = db.transaction("logs").objectStore("logs").getAllKeys();
        await new Promise((resolve) => (all.onsuccess = resolve));
        db.close();
        return all.result.filter((writer) => String(writer).endsWith("-title")).length;
      }),
    )
    .toBe(1);
}

test("D3 a title typed after the end of the sign-in survives the tab, and is the document's after the next one", async ({
  page,
  control,
  api,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await editor.title.fill("Before");
  await editor.saved();
  await control.advance(2 * 24 * 3600);
  await editor.wake();
  await editor.phase("expired");
  await editor.title.fill("Typed after the end");
  await titleOnDevice(editor);
  await crash(page);

  const again = await page.context().newPage();
  await again.goto(`/documents/${id}`);
  await again.getByLabel("Email").fill(ada.email);
  await again.getByLabel("Password").fill(ada.password);
  await again.getByRole("button", { name: "Sign in", exact: true }).click();
  const reopened = new Editor(again);
  await reopened.alive();
  await expect(news(again)).toContainText(/had not reached the server. .* has it now: Typed after the end/);
  await expect(news(again).getByRole("link", { name: "Typed after the end" })).toHaveAttribute("href", `/documents/${id}`);
  await expect(reopened.title).toHaveValue("Typed after the end");
  const own = await api(ada);
  await expect.poll(() => own.title(id)).toBe("Typed after the end");
  // It is taken off the device: the next page has nothing to tell.
  await again.goto("/");
  await expect(again.getByRole("link", { name: "Typed after the end" })).toBeVisible();
  await expect(news(again)).toBeHidden();
});

test("D8 a title from a dead tab does not take the place of one that was given since", async ({ page, context, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  const { id } = editor;
  await context.route("**/api/documents/*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await editor.title.fill("From the dead tab");
  await titleOnDevice(editor);
  await crash(page);
  const own = await api(ada);
  await own.rename(id, "Given since");
  const again = await Editor.open(await context.newPage(), id);
  await expect(news(again.page)).toContainText(/The title .*From the dead tab.* was typed on this device .* since: Given since/);
  await expect(again.title).toHaveValue("Given since");
});

test("a new title is shown in the other tabs and in the list, and is not typed over", async ({ page, context, api }) => {
  await signIn(page, ada);
  const first = await Editor.create(page);
  const second = await Editor.open(await context.newPage(), first.id);
  const list = await context.newPage();
  await list.goto("/");
  const link = list.locator(".documents-list a").first();
  await expect(link).toHaveText("Untitled");
  await first.title.fill("Seen everywhere");
  await expect(second.title).toHaveValue("Seen everywhere");
  await expect(second.page).toHaveTitle("Seen everywhere · Holdfast");
  await expect(link).toHaveText("Seen everywhere");
  // Another device renames while this tab's own title cannot be saved: what is typed here stays, and comes last.
  await second.page.route("**/api/documents/*", (route) => route.abort());
  await second.title.fill("Mine");
  const own = await api(ada);
  await own.rename(first.id, "Theirs");
  await expect(first.title).toHaveValue("Theirs");
  await expect(second.title).toHaveValue("Mine");
  await second.page.unroute("**/api/documents/*");
  await expect(first.title).toHaveValue("Mine", { timeout: 20_000 });
  await expect(link).toHaveText("Mine");
});
