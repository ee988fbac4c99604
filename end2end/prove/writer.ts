import type { BrowserContext, Page } from "@playwright/test";
import { ada, Editor, expect, fillIn } from "../fixtures.ts";
import { Api } from "../support/api.ts";
import { Control } from "../support/control.ts";
import { logs } from "../support/journal.ts";
import type { Server } from "../support/server.ts";
import { apply, type Edit } from "../support/traces.ts";

/** What a crash may cost. */
const LAST_MOMENT_MS = 50;

/** Marks of other tabs stand before this line, what is typed after it. */
export const LINE = "|\n";
const MARK = /⟦\d+⟧/g;

/** What happened, for the line of figures. */
export type Tally = Record<string, number>;

/** Somebody who types a recording, and knows at any time what the text must be. */
export class Writer {
  readonly id: string;
  readonly app: Server;
  readonly context: BrowserContext;
  readonly tally: Tally = { typed: 0, lost: 0, lastMoment: 0, checks: 0 };
  readonly marks: string[] = [];
  editor: Editor;
  /** How far the clock of server and pool was moved; a new process begins at the real time again. */
  #ahead = 0;
  readonly #edits: readonly Edit[];
  /** The text after each edit, and when it was on the screen. */
  #after: { text: string; at: number }[] = [{ text: "", at: 0 }];

  constructor(app: Server, context: BrowserContext, editor: Editor, edits: readonly Edit[]) {
    this.app = app;
    this.context = context;
    this.editor = editor;
    this.id = editor.id;
    this.#edits = edits;
  }

  get text(): string {
    return this.#after.at(-1)?.text ?? "";
  }

  /** Moves the clock of server and pool. */
  async advance(seconds: number): Promise<void> {
    this.#ahead += seconds;
    await new Control(this.app).advance(seconds);
  }

  /** The server comes up again, at the time at which it went. */
  async restart(): Promise<void> {
    await this.app.start();
    if (0 < this.#ahead) await new Control(this.app).advance(this.#ahead);
  }

  /** The next `count` edits of the recording. */
  async type(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const edit = this.#edits[this.#after.length - 1];
      if (!edit) return;
      await this.#typeOne(edit);
      this.#after.push({ text: apply(this.text, edit), at: performance.now() });
      this.tally["typed"] = (this.tally["typed"] ?? 0) + edit[2].length;
    }
  }

  async #typeOne([at, deleted, inserted]: Edit): Promise<void> {
    const { page, text } = this.editor;
    // What others have put before the text shifts everything; read and selected at once, so that nothing comes between.
    await text.evaluate(
      (area: HTMLTextAreaElement, [at, deleted, length]) => {
        const start = area.value.length - length + at;
        area.focus();
        area.setSelectionRange(start, start + deleted);
      },
      [at, deleted, this.text.length] as const,
    );
    if (inserted !== "") await page.keyboard.insertText(inserted);
    else if (deleted > 0) await page.keyboard.press("Delete");
  }

  /** What the page shows now is what was typed, to the character. */
  async sees(): Promise<void> {
    await expect.poll(async () => this.#typed(await this.editor.value())).toBe(this.text);
  }

  /** Where the page says that everything is saved, the server has it. */
  async isTrue(): Promise<void> {
    await this.editor.is("saved", 3_000).catch(() => undefined);
    const { state, value } = await this.editor.page.evaluate(() => ({
      state: document.querySelector("[data-save-state]")?.getAttribute("data-save-state"),
      value: document.querySelector("textarea")?.value ?? "",
    }));
    if (state !== "saved") return;
    this.tally["checks"] = (this.tally["checks"] ?? 0) + 1;
    expect(this.#typed(await this.#onServer()), "shown as saved").toBe(this.#typed(value));
  }

  /** The tab is gone: opens the document in a new one and goes on where the text that came back ends. */
  async comeBack(crashedAt: number): Promise<void> {
    const page = await this.context.newPage();
    page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
    // No page that brings anything home: what lies there is the dead tab's.
    await page.goto("/healthz");
    const left = await logs(page);
    await page.goto(`/documents/${this.id}`);
    if (page.url().includes("/sign-in")) await fillIn(page, ada);
    this.editor = new Editor(page);
    await this.editor.alive();
    await this.#isHome(left);
    const certain = this.#after.findLastIndex(({ at }) => at <= crashedAt - LAST_MOMENT_MS);
    let came = -1;
    await expect
      .poll(async () => {
        const shown = this.#typed(await this.editor.value());
        came = this.#after.findLastIndex(({ text }) => text === shown);
        return came;
      })
      .toBeGreaterThanOrEqual(certain)
      .catch(() => undefined);
    if (came < 0) throw new Error(`a text that nobody typed came back: ${await this.editor.value()}`);
    const count = (from: number, to: number): number =>
      this.#edits.slice(from, Math.max(from, to)).reduce((sum, [, , inserted]) => sum + inserted.length, 0);
    this.tally["lost"] = (this.tally["lost"] ?? 0) + count(came, certain);
    this.tally["lastMoment"] = (this.tally["lastMoment"] ?? 0) + count(Math.max(came, certain), this.#after.length - 1);
    this.#after = this.#after.slice(0, came + 1);
  }

  /** What dead tabs had left is on the server, and the page shows it: before that, nobody knows what was lost. */
  async #isHome(left: string[]): Promise<void> {
    const { page } = this.editor;
    await expect.poll(async () => (await logs(page)).filter((writer) => left.includes(writer))).toEqual([]);
    await expect
      .poll(async () => this.#typed(await this.editor.value()) === this.#typed(await this.#onServer()))
      .toBe(true);
  }

  /** In the end everything is on the server, each mark once, the text as it was typed. */
  async isWhole(): Promise<void> {
    await this.sees();
    await this.editor.is("saved", 30_000);
    const text = await this.#onServer();
    expect(this.#typed(text)).toBe(this.text);
    expect([...text.matchAll(MARK)].map(([mark]) => mark).sort()).toEqual([...this.marks].sort());
    expect(this.tally["lost"], "characters lost").toBe(0);
  }

  async #onServer(): Promise<string> {
    const api = await Api.signedIn(this.app, ada);
    const text = await api.text(this.id);
    await api.http.dispose();
    return text;
  }

  #typed(text: string): string {
    const rest = text.replace(MARK, "");
    return rest.startsWith(LINE) ? rest.slice(LINE.length) : `no line: ${text}`;
  }
}

/** The tab dies as by a fault of the browser: no event tells the page. Resolves to the moment. */
export async function crash(page: Page): Promise<number> {
  const crashed = page.waitForEvent("crash");
  const devtools = await page.context().newCDPSession(page);
  const at = performance.now();
  void devtools.send("Page.crash").catch(() => undefined);
  await crashed;
  await page.close();
  return at;
}
