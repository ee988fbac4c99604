import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ada, bob, Editor, expect, fillIn, signIn, test } from "../fixtures.ts";

const folder = process.env["HOLDFAST_SCREENSHOTS"] ?? "screenshots-out";

const TEXT = [
  "The storm reached us a little after nine. By then the lamp had been burning for two hours, and the glass, which I had polished in the afternoon, threw a clean white bar across the rain.",
  "I write this at the table by the north window. If the line to the harbour breaks, as it does every autumn, these pages will wait here until somebody fetches them:",
  "- the lamp was trimmed at seven and again at midnight\n- two boats passed, both inside the channel\n- the door to the gallery has to be seen to before winter",
  "Nothing was lost tonight. I intend to keep it that way.",
].join("\n\n");

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test.describe(`${width} ${colorScheme}`, () => {
      test.use({ colorScheme, viewport: { width, height: width === 390 ? 844 : 800 } });

      test(`screens at ${width} in ${colorScheme}`, async ({ page, control, api }) => {
        mkdirSync(folder, { recursive: true });
        const shoot = async (page: Page, name: string): Promise<void> => {
          await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), animations: "disabled" });
        };
        await page.goto("/sign-up");
        await shoot(page, "sign-up");
        await page.goto("/sign-in");
        await shoot(page, "sign-in");
        await fillIn(page, { ...ada, password: "Wrong-1-password" });
        await expect(page.getByRole("alert")).toBeVisible();
        await shoot(page, "sign-in-refused");
        await page.getByRole("button", { name: "Forgot your password?" }).click();
        await page.getByRole("button", { name: "Send me a code" }).click();
        await shoot(page, "forgot-password");
        await control.rules({ mfa: "ON" });
        await control.user(bob, "force-new-password");
        await page.goto("/sign-in");
        await fillIn(page, bob);
        await shoot(page, "new-password");
        await page.getByLabel("New password").fill(bob.password);
        await page.getByRole("button", { name: "Continue" }).click();
        await expect(page.getByRole("heading", { name: "Set up an authenticator app" })).toBeVisible();
        await shoot(page, "authenticator-setup");
        await control.rules({ mfa: "OFF" });
        await signIn(page, ada);
        await shoot(page, "list-empty");
        const own = await api(ada);
        for (const title of ["Shopping for the winter", "Letter to the harbour office", ""]) {
          await own.create(title, "Some words.");
        }
        const id = await own.create("The lighthouse keeper's log", TEXT);
        await page.goto("/");
        await shoot(page, "list");

        await own.http.post(`/api/documents/${id}/versions`, { data: { name: "As it was sent" } });
        const { head } = await own.draft(id);
        await own.http.patch(`/api/documents/${id}/draft`, {
          data: { writer: "elsewhere", base_head: head, seq: 1, edits: [[4, 5, "gale"]] },
        });
        await page.goto(`/documents/${id}/history`);
        await page.getByRole("textbox", { name: "Name, if you like" }).fill("With the gale");
        await page.getByRole("button", { name: "Save a version" }).click();
        await page.goto(`/documents/${id}/versions/1`);
        await page.getByRole("button", { name: "Restore" }).click();
        for (const at of ["history", "saved", "read", "versions/1/changes"]) {
          await page.goto(`/documents/${id}/${at}`);
          await shoot(page, at.replace("versions/1/", ""));
        }
        await page.goto("/offline");
        await shoot(page, "offline");

        const shootAll = async (name: string): Promise<void> => {
          const path = join(folder, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, animations: "disabled", fullPage: true });
        };
        await page.goto("/account?done=code");
        await shootAll("account");
        await page.getByLabel("Current password").fill("Wrong-1-password");
        await page.getByLabel("New password").fill("Another-2-password");
        await page.getByRole("button", { name: "Change password" }).click();
        await shootAll("account-refused");
        await page.goto("/account/delete");
        await shoot(page, "account-delete");

        const editor = await Editor.open(page, id);
        await editor.focusAtEnd();
        await editor.type("\n\nThe wind is turning west");
        await editor.saved();
        await shoot(page, "editor-quiet");
        await page.getByRole("button", { name: "Find", exact: true }).click();
        await page.getByRole("textbox", { name: "Find this" }).fill("the");
        await expect(page.getByRole("search").getByRole("status")).toContainText("of");
        await shoot(page, "editor-find");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: "Outline" }).click();
        await shoot(page, "editor-outline");
        await page.keyboard.press("Escape");
        await editor.text.focus();
        await page.keyboard.press("ControlOrMeta+/");
        await shoot(page, "editor-keys");
        await page.keyboard.press("Escape");
        await editor.focusAtEnd();
        await control.advance(24 * 60 * 60 - 45 * 60);
        await editor.wake();
        await editor.phase("notice");
        await shoot(page, "editor-notice");
        await control.advance(38 * 60);
        await editor.wake();
        await editor.phase("warning");
        await editor.type(", and the rain is letting up");
        await shoot(page, "editor-warning");
        await control.advance(2 * 60 * 60);
        await editor.wake();
        await editor.phase("expired");
        await editor.type(". More tomorrow.");
        await shoot(page, "editor-expired");
        await editor.openDialog();
        await shoot(page, "editor-dialog");
        await fillIn(editor.dialog, bob);
        await editor.phase("sealed");
        await shoot(page, "editor-sealed");
        await page.goto("/documents/00000000000000000000000000000000");
        await shoot(page, "not-found");
      });
    });
  }
}
