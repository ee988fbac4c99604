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
      for (const path of ["/history", "/versions/1", "/versions/1/changes"]) {
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
