import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { paste, put, ready, shows } from "../support/writing.ts";

/** What a clipboard holds as markup, and what is written. */
const RICH: [html: string, markdown: string][] = [
  ["<h1>One</h1><p>A <b>bold</b> and <i>slanted</i> word.</p><h3>Three</h3>", "# One\n\nA **bold** and *slanted* word.\n\n### Three"],
  ["<p>See <a href='https://example.com/a?b=(c)'>the map</a>, <a href='mailto:ada@example.com'>her</a>.</p>", "See [the map](https://example.com/a?b=%28c%29), [her](mailto:ada@example.com)."],
  ["<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>", "- one\n  - two\n- three"],
  ["<ol start=3><li><p>three</p></li><li><p>four</p><p>more</p></li></ol>", "3. three\n4. four\n\n   more"],
  ["<ul><li><input type=checkbox checked> done</li><li><input type=checkbox> open</li></ul>", "- [x] done\n- [ ] open"],
  ["<p>Call <code>a`b</code>:</p><pre><code>if (x &lt; 1) {\n  y\n}</code></pre>", "Call `` a`b ``:\n\n```\nif (x < 1) {\n  y\n}\n```"],
  ["<blockquote><p>Said</p><p>twice</p></blockquote>", "> Said\n>\n> twice"],
  ["<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td><b>3</b></td></tr></table>", "| a | b |\n| --- | --- |\n| 1\\|2 | **3** |"],
  ["<p>Here <img alt='a boat' src='https://example.com/boat.png'> and <img src='x.png'><b>there</b></p>", "Here [a boat](https://example.com/boat.png) and **there**"],
  // A word processor on the web: one <b> that is none around everything, and weight by style.
  ["<meta charset='utf-8'><b style='font-weight:normal'><p><span style='font-weight:700'>Heavy</span><span> and light</span></p></b>", "**Heavy** and light"],
  ["<p>first<br>second <em>line</em></p>", "first  \nsecond *line*"],
  // What would be a mark, and was none.
  ["<p># 5 * 3 _x_ [y] 1. <b>a</b></p><p>- no list</p><p>2. none</p>", "\\# 5 \\* 3 \\_x\\_ \\[y\\] 1. **a**\n\n\\- no list\n\n2\\. none"],
];

test("rich text is pasted as Markdown, in one step that one undo takes back, and saved", async ({ page, api }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  for (const [html, markdown] of RICH) {
    await put(editor, "before ¦ after");
    expect(await paste(editor, { "text/html": html, "text/plain": "something else" }), html).toBe(true);
    await shows(editor, `before ${markdown}¦ after`);
    await page.keyboard.press("ControlOrMeta+z");
    await expect.poll(() => editor.value()).toBe("before  after");
    await page.keyboard.press("ControlOrMeta+Shift+z");
  }
  await editor.saved();
  expect((await (await api(ada)).draft(editor.id)).text).toBe(await editor.value());
});

test("an address over words becomes a link; what is plain stays the browser's", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "see ‹the map› here");
  expect(await paste(editor, { "text/plain": "https://example.com/a" })).toBe(true);
  await shows(editor, "see [the map](https://example.com/a)¦ here");
  await put(editor, "¦");
  for (const kinds of [
    { "text/plain": "https://example.com/a" },
    { "text/plain": "javascript:alert(1)" },
    { "text/plain": "words", "text/html": "<meta charset='utf-8'><span style='color: red'>words</span>" },
    // An editor of code: the colours are markup, the words are not.
    { "text/plain": "let x", "text/html": "<div style='font-family: monospace;white-space: pre;'><div><span style='font-weight: bold'>let</span> x</div></div>" },
    { "text/plain": "much", "text/html": `<b>much</b>${"<p>more</p>".repeat(100_000)}` },
  ]) {
    expect(await paste(editor, kinds), JSON.stringify(kinds).slice(0, 80)).toBe(false);
  }
  // With Shift everything is plain.
  await page.keyboard.down("Shift");
  await page.keyboard.press("ArrowLeft");
  expect(await paste(editor, { "text/plain": "x", "text/html": "<b>bold</b>" })).toBe(false);
  await page.keyboard.up("Shift");
  expect(await paste(editor, { "text/plain": "x", "text/html": "<b>bold</b>" })).toBe(true);
});

test("hostile markup runs nothing, fetches nothing and leaves nothing but text", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await ready(page);
  const asked: string[] = [];
  page.on("request", (request) => {
    if (/evil|pixel/.test(request.url())) asked.push(request.url());
  });
  const before = await page.locator("body *").count();
  for (const [html, markdown] of [
    ["<b>x</b><img src=https://evil.example/pixel onerror='document.title=1'>", "**x**"],
    ["<b>x</b><script>document.title = 1</script><style>*{display:none}</style>", "**x**"],
    ["<a href='javascript:document.title=1'>click</a> <b>x</b>", "click **x**"],
    ["<a href='https://evil.example/)%20[y](javascript:alert(1))'>a](javascript:alert(1))</a>", "[a\\](javascript:alert(1))](https://evil.example/%29%20[y]%28javascript:alert%281%29%29)"],
    ["<b>x</b><svg onload='document.title=1'><foreignObject><b>y</b></foreignObject></svg>", "**x**"],
    ["<b>x</b></textarea><script>document.title=1</script>", "**x**"],
    ["<p>&lt;script&gt;document.title=1&lt;/script&gt; <b>x</b></p>", "\\<script>document.title=1\\</script> **x**"],
    ["<b>x</b><iframe srcdoc='<script>top.document.title=1</script>'></iframe>", "**x**"],
  ] as const) {
    await put(editor, "¦");
    expect(await paste(editor, { "text/html": html, "text/plain": "plain" }), html).toBe(true);
    await expect.poll(() => editor.value()).toBe(markdown);
  }
  // Deep and long, it ends.
  await put(editor, "¦");
  expect(await paste(editor, { "text/html": `${"<div><b>".repeat(20_000)}deep`, "text/plain": "plain" })).toBe(false);
  expect(await paste(editor, { "text/html": `${"<div><b>".repeat(400)}deep`, "text/plain": "plain" })).toBe(true);
  await expect.poll(() => editor.value()).toContain("deep");
  expect(await page.title()).not.toBe("1");
  expect(asked).toEqual([]);
  expect(Math.abs((await page.locator("body *").count()) - before)).toBeLessThan(5);
});

test("a long rich text is in the text within two seconds", async ({ page, api }) => {
  const id = await (await api(ada)).create("Long", "Nothing that was typed is lost, whatever ends.\n".repeat(4_000));
  await signIn(page, ada);
  const editor = await Editor.open(page, id);
  await ready(page);
  await editor.text.evaluate((area: HTMLTextAreaElement) => {
    area.focus();
    area.setSelectionRange(0, 0);
  });
  const html = Array.from({ length: 500 }, (_, n) => `<h2>Day ${n}</h2><ul><li><b>lamp</b></li><li>door</li></ul>`).join("");
  const began = Date.now();
  await paste(editor, { "text/html": html, "text/plain": "plain" });
  await expect.poll(async () => (await editor.value()).includes("## Day 499\n\n- **lamp**\n- door"), { intervals: [50] }).toBe(true);
  // By `insertText` 200 lines alone take Chromium more than a second.
  expect(Date.now() - began).toBeLessThan(2_000);
  await editor.saved();
  await page.keyboard.press("ControlOrMeta+z");
  expect(await editor.value()).not.toContain("## Day");
});

test("rich text is pasted as plain text where what makes Markdown of it cannot be loaded", async ({ page }) => {
  await page.route("**/pkg/markdown.*", (route) => route.abort());
  await signIn(page, ada);
  const editor = await Editor.create(page);
  await put(editor, "before ¦ after");
  expect(await paste(editor, { "text/html": "<b>bold</b>", "text/plain": "bold\r\nwords" })).toBe(true);
  await shows(editor, "before bold\nwords¦ after");
});

test("what is typed right after a paste stands behind it, also while what makes Markdown of it is on its way", async ({ page }) => {
  await signIn(page, ada);
  const editor = await Editor.create(page);
  for (const time of ["first", "second"]) {
    await put(editor, "Hello ‹old›¦ end".replace("¦", ""));
    await editor.text.evaluate((area) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/html", "<b>bold</b>");
      clipboardData.setData("text/plain", "bold");
      area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      for (const letter of "typed") document.execCommand("insertText", false, letter);
    });
    await expect.poll(() => editor.value(), time).toBe("Hello **bold**typed end");
    await editor.type("!");
    expect(await editor.value(), time).toBe("Hello **bold**typed! end");
  }
  await editor.saved();
});
