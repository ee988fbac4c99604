import type { Locator, Page } from "@playwright/test";
import { ada, Editor, expect, fillIn, own, signIn } from "../../support/site.ts";

const DAY = 24 * 60 * 60;

/** What a field is described by, as assistive technology reads it. */
const described = (field: Locator): Promise<string> =>
  field.evaluate((one) =>
    (one.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.innerText ?? "")
      .join(" "),
  );

own("F8 WCAG 3.3.1 Error Identification: a mistake is told in words, at the field", async ({ page }) => {
  await page.goto("/sign-in");
  await fillIn(page, { ...ada, password: "Wrong-1-password" });
  await expect(page.getByRole("alert")).toHaveText("The email or password is not right.");
  expect(await described(page.getByLabel("Password"))).toContain("not right");
  await signIn(page, ada);
  await page.goto("/account");
  await page.getByLabel("Current password").fill("Wrong-1-password");
  await page.getByLabel("New password").fill("Another-2-password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toHaveText("Your current password is not right.");
  expect(await described(page.getByLabel("Current password"))).toContain("not right");
});

own("F8 WCAG 3.3.3 Error Suggestion: what went wrong says what to do about it", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByLabel("Email").fill("new@example.com");
  await page.getByLabel("New password").fill("easy");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("alert")).toContainText("Make it longer, and mix capital and small letters, digits and symbols");
  await page.getByLabel("New password").fill("Long-enough-1");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toContainText("Use the newest one, or ask for a new one");
  await expect(page.getByRole("button", { name: "Send a new code" })).toBeVisible();
});

own("F8 WCAG 3.3.4 Error Prevention (Legal, Financial, Data): the trash gives back, a deletion asks first", async ({
  page,
  api,
}) => {
  const mine = await api(ada);
  const id = await mine.create("Precious", "words");
  await signIn(page, ada);
  await Editor.open(page, id);
  await page.getByText("More", { exact: true }).click();
  await page.getByRole("button", { name: "Move to trash" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => mine.title(id)).toBe("Precious");
  await page.goto("/account/delete");
  await page.getByLabel("type your email").fill("someone@example.com");
  await page.getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  expect(await mine.text(id)).toBe("words");
});

own("F8 WCAG 3.3.7 Redundant Entry: the email is carried along, to the dialog too", async ({ page, control }) => {
  const email = (): Promise<string> => page.getByLabel("Email").inputValue();
  await page.goto("/sign-in");
  await fillIn(page, { ...ada, password: "Wrong-1-password" });
  await expect(page.getByRole("alert")).toBeVisible();
  expect(await email()).toBe(ada.email);
  await page.getByRole("button", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("button", { name: "Send me a code" })).toBeVisible();
  expect(await email()).toBe(ada.email);
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await expect(editor.dialog.getByLabel("Email")).toHaveValue(ada.email);
  await expect(editor.dialog.getByLabel("Password")).toBeFocused();
});

own("F8 WCAG 3.3.8 Accessible Authentication (Minimum): passwords and codes may be pasted, and filled in by a manager", async ({
  page,
  control,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const paste = async (page: Page, field: Locator, text: string): Promise<void> => {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await field.focus();
    await page.keyboard.press("ControlOrMeta+v");
    await expect(field).toHaveValue(text);
  };
  await page.goto("/sign-in");
  await expect(page.getByLabel("Email")).toHaveAttribute("autocomplete", "username");
  await expect(page.getByLabel("Password")).toHaveAttribute("autocomplete", "current-password");
  await page.getByLabel("Email").fill(ada.email);
  await paste(page, page.getByLabel("Password"), ada.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const editor = await Editor.create(page);
  await control.advance(2 * DAY);
  await editor.wake();
  await editor.phase("expired");
  await editor.openDialog();
  await expect(editor.dialog.getByLabel("Email")).toHaveAttribute("autocomplete", "username");
  await paste(page, editor.dialog.getByLabel("Password"), ada.password);
  await page.keyboard.press("Enter");
  await editor.phase("quiet");
  await page.goto("/sign-up");
  await page.getByLabel("Email").fill("new@example.com");
  await paste(page, page.getByLabel("New password"), "Long-enough-1");
  await page.getByRole("button", { name: "Create account" }).click();
  const code = page.getByLabel("Code");
  await expect(code).toHaveAttribute("autocomplete", "one-time-code");
  await paste(page, code, await control.code("new@example.com"));
});
