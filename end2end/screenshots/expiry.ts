import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { animated, type Frame } from "../support/apng.ts";

const folder = process.env["HOLDFAST_SCREENSHOTS"] ?? "screenshots-out";

/** What the README can carry. */
const MOST_BYTES = 1024 * 1024;

test.describe("an expiry survived", () => {
  test.use({ colorScheme: "light", viewport: { width: 860, height: 520 } });

  test("the animation of the README", async ({ page, control, api }) => {
    const frames: Frame[] = [];
    const shoot = async (ms: number): Promise<void> => {
      frames.push({ png: await page.screenshot({ animations: "disabled", caret: "initial" }), ms });
    };
    const write = async (words: string, ms: number): Promise<void> => {
      for (const piece of words.match(/\S+\s*/g) ?? []) {
        await editor.type(piece);
        await shoot(220);
      }
      await shoot(ms);
    };
    const own = await api(ada);
    const id = await own.create(
      "The lighthouse keeper's log",
      "The storm reached us a little after nine. By then the lamp had been burning for two hours.\n\n",
    );
    await signIn(page, ada);
    const editor = await Editor.open(page, id);
    await editor.focusAtEnd();
    await shoot(900);
    await write("I write this at the table ", 300);
    await editor.saved();
    await control.advance(24 * 60 * 60 - 9 * 60);
    await editor.wake();
    await editor.phase("warning");
    await shoot(2500);
    await control.advance(2 * 60 * 60);
    await editor.wake();
    await editor.phase("expired");
    await shoot(1500);
    await write("by the north window.", 300);
    await editor.is("escrowed");
    await shoot(2000);
    await editor.openDialog();
    await shoot(1200);
    await page.keyboard.type(ada.password);
    await shoot(700);
    await page.keyboard.press("Enter");
    await editor.phase("quiet");
    await editor.saved();
    await expect(editor.text).toBeFocused();
    await shoot(3000);
    expect(await (await api(ada)).text(id)).toContain("I write this at the table by the north window.");
    mkdirSync(folder, { recursive: true });
    const film = animated(frames);
    expect(film.length).toBeLessThan(MOST_BYTES);
    writeFileSync(join(folder, "expiry.png"), film);
  });
});
