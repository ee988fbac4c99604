import { expect, type Locator, type Page } from "@playwright/test";
import type { User } from "./server.ts";

export type SaveState = "saved" | "on-screen" | "on-device" | "sending" | "escrowed" | "conflict" | "cannot-save";
export type Phase = "quiet" | "notice" | "warning" | "expired" | "sealed";

export async function signIn(page: Page, user: User): Promise<void> {
  await page.goto("/sign-in");
  await fillIn(page, user);
  await expect(page.getByRole("button", { name: "New document" })).toBeVisible();
}

/** Email, password and the button, on the sign-in page or in the dialog. */
export async function fillIn(where: Page | Locator, user: User): Promise<void> {
  await where.getByLabel("Email").fill(user.email);
  await where.getByLabel("Password").fill(user.password);
  await where.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** One open editor, found by what people and the contract call its parts. */
export class Editor {
  readonly page: Page;
  readonly text: Locator;
  readonly title: Locator;
  readonly status: Locator;
  readonly banner: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.text = page.getByRole("textbox", { name: "Document text" });
    this.title = page.getByRole("textbox", { name: "Title" });
    this.status = page.locator("[data-save-state]");
    this.banner = page.locator("[data-session-phase]");
    this.dialog = page.getByRole("dialog", { name: "Sign in to continue" });
  }

  /** A new document of the user who is signed in. */
  static async create(page: Page): Promise<Editor> {
    await page.goto("/");
    await page.getByRole("button", { name: "New document" }).click();
    const editor = new Editor(page);
    await editor.alive();
    return editor;
  }

  static async open(page: Page, id: string): Promise<Editor> {
    await page.goto(`/documents/${id}`);
    const editor = new Editor(page);
    await editor.alive();
    return editor;
  }

  get id(): string {
    const id = /\/documents\/([0-9a-f]{32})/.exec(this.page.url())?.[1];
    if (!id) throw new Error(`not a document: ${this.page.url()}`);
    return id;
  }

  /** The islands have woken up. */
  async alive(): Promise<void> {
    await expect(this.page.locator("html[data-alive]")).toBeAttached();
    await expect(this.text).toBeVisible();
  }

  /** Types with a real keyboard where the caret stands. */
  async type(text: string, delay = 0): Promise<void> {
    await this.page.keyboard.type(text, { delay });
  }

  async focusAtEnd(): Promise<void> {
    await this.text.focus();
    await this.page.keyboard.press("ControlOrMeta+End");
  }

  value(): Promise<string> {
    return this.text.inputValue();
  }

  async is(state: SaveState, timeout = 10_000): Promise<void> {
    await expect(this.status).toHaveAttribute("data-save-state", state, { timeout });
  }

  async saved(): Promise<void> {
    await this.is("saved");
  }

  async phase(phase: Phase, timeout = 10_000): Promise<void> {
    await expect(this.banner).toHaveAttribute("data-session-phase", phase, { timeout });
  }

  async counters(): Promise<{ typed: number; journalled: number; acked: number }> {
    const [typed, journalled, acked] = await this.status.evaluate((status) =>
      ["typed", "journalled", "acked"].map((name) => Number((status as HTMLElement).dataset[name])),
    );
    return { typed: typed ?? NaN, journalled: journalled ?? NaN, acked: acked ?? NaN };
  }

  async remainingSeconds(): Promise<number> {
    return Number(await this.banner.getAttribute("data-remaining-seconds"));
  }

  /** What a browser does when its window gets the focus back: the page asks the server again. */
  async wake(): Promise<void> {
    await this.page.evaluate(() => {
      window.dispatchEvent(new Event("focus"));
      document.dispatchEvent(new Event("visibilitychange"));
    });
  }

  async openDialog(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign in now" }).first().click();
    await expect(this.dialog).toBeVisible();
  }

  /** The dialog, from its button to its end; resolves at the moment of the server's yes. */
  async signInInPlace(user: User): Promise<void> {
    await this.openDialog();
    const answered = this.page.waitForResponse(
      (answer) => answer.url().endsWith("/api/session") && answer.request().method() === "POST",
    );
    await fillIn(this.dialog, user);
    expect((await answered).status()).toBe(200);
  }
}
