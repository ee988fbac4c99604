import type { Page } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

/** What stands beside each other in one line without a space, and fields of choice that are no dots or boxes any more. */
const crowded = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const seen = (one: Element) => one.checkVisibility({ visibilityProperty: true });
    const found: string[] = [];
    for (const one of document.querySelectorAll("a, button, summary, input, label")) {
      const next = one.nextElementSibling;
      if (!next?.matches("a, button, summary, input, label, form") || !seen(one) || !seen(next)) continue;
      const [left, right] = [one.getBoundingClientRect(), next.getBoundingClientRect()];
      if (left.width === 0 || right.width === 0) continue;
      const inLine = left.top < right.bottom && right.top < left.bottom;
      if (inLine && right.left - left.right < 4 && left.left < right.right) found.push(`${one.textContent}|${next.textContent}`);
    }
    for (const one of document.querySelectorAll("input:is([type=radio], [type=checkbox])")) {
      if (seen(one) && one.getBoundingClientRect().width > 32) found.push(one.outerHTML);
    }
    return found;
  });

for (const width of [1280, 390]) {
  test.describe(`${width} pixels`, () => {
    test.use({ viewport: { width, height: 844 }, settings: { HOLDFAST_COGNITO_AUTH_FLOW: "choice" } });

    test("nothing runs together: the menu, the list's messages, the ways to sign in", async ({ page, control }) => {
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(ada.email);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("heading", { name: "How do you want to sign in?" })).toBeVisible();
      await expect(page.getByRole("radio").first()).toBeVisible();
      expect(await crowded(page)).toEqual([]);
      await signIn(page, ada);
      const editor = await Editor.create(page);
      const { id } = editor;
      const more = page.locator("summary", { hasText: "More" });
      await more.click();
      expect(await crowded(page)).toEqual([]);
      await more.click();

      await control.advance(25 * 60 * 60);
      await editor.wake();
      await editor.phase("expired");
      await editor.openDialog();
      await editor.dialog.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(editor.dialog.getByRole("radio").first()).toBeVisible();
      expect(await crowded(page)).toEqual([]);
      await page.reload();
      await signIn(page, ada);

      await page.goto(`/documents/${id}`);
      await editor.alive();
      await more.click();
      await page.getByRole("button", { name: "Move to trash" }).click();
      const [notice, heading] = await Promise.all([
        page.getByText("” to the trash.").boundingBox(),
        page.getByRole("heading", { name: "Documents" }).boundingBox(),
      ]);
      expect(heading?.y).toBeGreaterThanOrEqual((notice?.y ?? 0) + (notice?.height ?? 0) + 8);
      expect(await crowded(page)).toEqual([]);
    });
  });
}
