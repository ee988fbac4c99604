import { ada, Editor, expect, signIn, test } from "../fixtures.ts";

const MINUTE = 60;
const LONGEST = "the longest time for one sign-in is over then";
const IDLE = "because nothing has happened here for a while";

// Each is the shortest in turn. The fifth, the browser's sign-in at the pool's own pages, is in `managed.hydrate.spec.ts`; the
// cookie is never the shortest, because it must outlive the end to say why there is one.
const clocks = [
  { limit: "refresh", ends: 120, settings: {}, says: "You need to sign in again", not: [LONGEST, IDLE] },
  { limit: "absolute", ends: 90, settings: { HOLDFAST_ABSOLUTE_LIMIT: "90m" }, says: LONGEST, not: [IDLE] },
  { limit: "idle", ends: 30, settings: { HOLDFAST_IDLE_LIMIT: "30m" }, says: IDLE, not: [LONGEST] },
  {
    limit: "idle",
    ends: 30,
    settings: { HOLDFAST_IDLE_LIMIT: "30m", HOLDFAST_ABSOLUTE_LIMIT: "90m" },
    says: IDLE,
    not: [LONGEST],
  },
];

for (const { limit, ends, settings, says, not } of clocks) {
  test.describe(`limits: ${Object.values(settings).join(", ") || "none"}`, () => {
    test.use({ settings: { HOLDFAST_POOL_REFRESH_TTL: "2h", HOLDFAST_POOL_ACCESS_TTL: "5m", ...settings } });

    test(`B3 the ${limit} clock is the shortest and the banner names it`, async ({ page, context, control }) => {
      await signIn(page, ada);
      const editor = await Editor.create(page);
      await expect(editor.banner).toHaveAttribute("data-limit", limit);
      await control.advance((ends - 8) * MINUTE);
      await editor.wake();
      await editor.phase("warning");
      await expect(editor.banner).toHaveAttribute("data-limit", limit);
      await expect(editor.banner).toContainText(says);
      await expect(editor.banner).toContainText(/in about [78] minutes, at /);
      for (const other of [...not, "password"]) await expect(editor.banner).not.toContainText(other);
      const cookie = (await context.cookies()).find(({ name }) => name.endsWith("holdfast"));
      expect(cookie?.expires).toBeGreaterThan(Date.now() / 1000 + 120 * MINUTE);
      await control.advance(9 * MINUTE + 5 * MINUTE);
      await editor.wake();
      await editor.phase("expired");
    });
  });
}
