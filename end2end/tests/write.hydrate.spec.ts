import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { apply, generated, recorded, typeEdits, type Edit } from "../support/traces.ts";

const COUNT = 1_500;

test.use({ settings: { HOLDFAST_POOL_ACCESS_TTL: "3s", HOLDFAST_POOL_REFRESH_TTL: "10m" } });

for (const [name, edits] of [
  ["a specification in Markdown", recorded("json-crdt-patch", COUNT)],
  ["a source file", recorded("sveltecomponent", COUNT)],
  ["a generated text", generated(20_260_101, 600)],
] as const) {
  test(`S6 S10 C1 C3 C5 C10 ${name}, typed across the end of the sign-in, arrives whole`, async ({
    page,
    api,
    control,
  }) => {
    test.skip(edits === undefined, "HOLDFAST_TRACES does not lead to this recording");
    test.setTimeout(180_000);
    if (edits === undefined) return;
    const part = Math.floor(edits.length / 3);
    const [before, across, rest] = [edits.slice(0, part), edits.slice(part, 2 * part), edits.slice(2 * part)];
    const upTo = (...parts: (readonly Edit[])[]): string => parts.flat().reduce(apply, "");

    await signIn(page, ada);
    const editor = await Editor.create(page);
    const node = await editor.text.elementHandle();
    await editor.text.focus();
    await typeEdits(editor, before);
    expect(await editor.value()).toBe(upTo(before));

    // The window closes in the middle of a word; nobody stops typing.
    await control.advance(600);
    await typeEdits(editor, across);
    await editor.phase("expired");
    await expect(editor.text).toBeFocused();
    expect(await editor.value()).toBe(upTo(before, across));
    await expect(editor.dialog).toBeHidden();

    const view = (area: Element) => {
      const { selectionStart, selectionEnd, scrollTop } = area as HTMLTextAreaElement;
      return { selectionStart, selectionEnd, scrollTop, page: window.scrollY };
    };
    await editor.text.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(7, 12));
    const seen = await editor.text.evaluate(view);
    await editor.signInInPlace(ada);
    const signedIn = performance.now();

    await editor.saved();
    const other = await api(ada);
    await expect.poll(() => other.text(editor.id), { timeout: 2_000 }).toBe(upTo(before, across));
    expect(performance.now() - signedIn, "C5: saved without another key within two seconds").toBeLessThan(2_500);

    await editor.phase("quiet");
    await expect(editor.dialog).toBeHidden();
    await expect(editor.text).toBeFocused();
    expect(await editor.text.evaluate(view)).toEqual(seen);
    expect(await editor.text.evaluate((now, then) => now === then, node), "the same text area").toBe(true);

    await typeEdits(editor, rest);
    expect(await editor.value()).toBe(upTo(before, across, rest));
    await editor.saved();
    expect(await other.text(editor.id)).toBe(upTo(before, across, rest));
  });
}

test("C3 undo and redo go on where they were after signing in again", async ({ page, api, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("First thought.");
  await editor.saved();
  await editor.text.evaluate((area: HTMLTextAreaElement) => area.setSelectionRange(5, 13));
  await editor.type(" sentence");
  expect(await editor.value()).toBe("First sentence.");
  await control.advance(600);
  await editor.wake();
  await editor.phase("expired");
  await editor.signInInPlace(ada);
  await editor.saved();

  await expect(editor.text).toBeFocused();
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+z");
    expect(await editor.value()).toBe("First thought.");
  }).toPass({ intervals: [0], timeout: 5_000 });
  await expect(async () => {
    await page.keyboard.press("ControlOrMeta+Shift+z");
    expect(await editor.value()).toBe("First sentence.");
  }).toPass({ intervals: [0], timeout: 5_000 });
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("First sentence.");
});

test("C3 a word that is being composed when the sign-in ends stays composed, is finished, and is saved", async ({
  page,
  api,
  control,
}) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  await editor.type("Typed: ");
  await editor.saved();
  const input = await page.context().newCDPSession(page);
  await editor.text.evaluate((area) => {
    const seen: string[] = [];
    Object.assign(window, { seenComposition: seen });
    for (const name of ["compositionstart", "compositionend"]) area.addEventListener(name, () => seen.push(name));
  });
  await input.send("Input.imeSetComposition", { text: "にほ", selectionStart: 2, selectionEnd: 2 });
  await control.advance(2 * 24 * 60 * 60);
  await editor.wake();
  await editor.phase("expired");
  // The end has neither taken the focus nor ended the composition.
  const seen = (): Promise<string[]> => page.evaluate(() => (window as unknown as { seenComposition: string[] }).seenComposition);
  expect(await seen()).toEqual(["compositionstart"]);
  await input.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
  await input.send("Input.insertText", { text: "日本" });
  expect(await seen()).toEqual(["compositionstart", "compositionend"]);
  expect(await editor.value()).toBe("Typed: 日本");
  await editor.signInInPlace(ada);
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe("Typed: 日本");
});

test("S3 access tokens expire every three seconds and the writer notices nothing", async ({ page, api, control }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await editor.text.focus();
  let typed = "";
  const phases = await watchPhases(editor);
  const begun = performance.now();
  for (let word = 0; performance.now() - begun < 10_000; word += 1) {
    await editor.type(`word ${word} `, 10);
    typed += `word ${word} `;
  }
  await editor.saved();
  expect(await (await api(ada)).text(editor.id)).toBe(typed);
  expect(await phases()).toEqual([]);
  await expect(editor.dialog).toBeHidden();

  // Every token was bought once: no call was repeated, and none failed.
  const refreshes = await control.calls("GetTokensFromRefreshToken");
  expect(refreshes.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  const moments = refreshes.map(({ at_ms }) => at_ms);
  const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? 0));
  expect(gaps.filter((gap) => gap < 1_000), "refreshes closer together than a token lives").toEqual([]);
});

async function watchPhases(editor: Editor): Promise<() => Promise<string[]>> {
  await editor.banner.evaluate((banner) => {
    const seen: string[] = [];
    Object.assign(window, { seenPhases: seen });
    new MutationObserver(() => seen.push((banner as HTMLElement).dataset["sessionPhase"] ?? "?")).observe(banner, {
      attributeFilter: ["data-session-phase"],
    });
  });
  return () => editor.page.evaluate(() => (window as unknown as { seenPhases: string[] }).seenPhases);
}
