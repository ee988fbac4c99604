import type { CDPSession, Page } from "@playwright/test";
import { ada, expect, signIn, test } from "../fixtures.ts";

const DOCUMENTS = 10_000;
const A_PAGE = 100;
const WORDS = "The wind is turning west, the lamp was trimmed at seven, and the sea is calm as far as one sees from here. ";

/** A frame of 60 Hz, with what two clocks may disagree about. */
const FRAME_MS = 1000 / 60;
const TOLERANCE_MS = 1.7;

type Frames = { times: number[]; tasks: number[]; cpu: number };

/** From within the page: the test's own client takes ten times as long. */
async function fill(page: Page): Promise<void> {
  const made = await page.evaluate(
    async ([count, words]) => {
      let [next, made] = [0, 0];
      const headers = { "content-type": "application/json" };
      const create = async (): Promise<void> => {
        while (next < count) {
          const body = JSON.stringify({ title: `Document ${next}`, text: `${next}. ${words}` });
          next += 1;
          const answer = await fetch("/api/documents", { method: "POST", headers, body });
          if (answer.status === 201) made += 1;
        }
      };
      await Promise.all(Array.from({ length: 6 }, create));
      return made;
    },
    [DOCUMENTS, WORDS.repeat(14)] as const,
  );
  expect(made).toBe(DOCUMENTS);
}

/** What the page's own thread has worked, in ms of CPU: unlike a frame's time it hardly depends on what else the machine does. */
async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
}

/** From one frame to the next while `act` goes on, and the tasks longer than 50 ms, in ms. */
async function framesOf(page: Page, cdp: CDPSession, act: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(() => {
    const frames: Omit<Frames, "cpu"> = { times: [], tasks: [] };
    const observer = new PerformanceObserver((list) => frames.tasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: "longtask" });
    let [before, on] = [0, true];
    requestAnimationFrame(function next(now) {
      if (before > 0) frames.times.push(now - before);
      before = now;
      if (on) requestAnimationFrame(next);
    });
    Object.assign(window, { stop: () => ((on = false), observer.disconnect(), frames) });
  });
  const before = await worked(cdp);
  await act();
  const cpu = (await worked(cdp)) - before;
  return { ...(await page.evaluate(() => (window as unknown as { stop: () => Omit<Frames, "cpu"> }).stop())), cpu };
}

/** Wheel events as a mouse makes them, `speed` pixels in a second. */
async function wheel(cdp: CDPSession, distance: number, speed: number): Promise<void> {
  await cdp.send("Input.synthesizeScrollGesture", { x: 640, y: 500, yDistance: -distance, speed, gestureSourceType: "mouse", preventFling: true });
}

function told(name: string, { times, tasks, cpu }: Frames): number {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1);
  const inTime = times.filter((time) => time <= FRAME_MS + TOLERANCE_MS).length / times.length;
  // What a display of 60 Hz would have shown twice.
  const dropped = times.reduce((sum, time) => sum + Math.max(0, Math.round(time / FRAME_MS) - 1), 0);
  const all = dropped + times.length;
  console.log(
    `${name}: ${(100 * inTime).toFixed(2)} % of ${times.length} frames in ${FRAME_MS.toFixed(1)} + ${TOLERANCE_MS} ms, ` +
      `${at(0.5)} / ${at(0.95)} / ${at(0.99)} / ${at(1)} ms (p50 / p95 / p99 / longest), ` +
      `${dropped} dropped (${((100 * dropped) / all).toFixed(2)} %), ${tasks.length} long tasks${tasks.length > 0 ? ` (longest ${Math.max(...tasks)} ms)` : ""}, ` +
      `${(cpu / times.length).toFixed(1)} ms of CPU a frame`,
  );
  return 1 - inTime;
}

test("the list of 10,000 documents scrolls at 60 frames a second", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, ada);
  await fill(page);
  await page.goto("/");
  const lines = page.locator(".documents-list > li");
  await expect(lines).toHaveCount(A_PAGE);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const measure = async (name: string, act: () => Promise<unknown>): Promise<number> => told(name, await framesOf(page, cdp, act));
  const shares = [await measure("nothing moves", () => page.waitForTimeout(5_000))];
  shares.push(await measure("the first hundred, 1,500 px/s", () => wheel(cdp, 7_000, 1_500)));
  // As far as it goes: every line of all documents in one page.
  await page.evaluate(async (all) => {
    const count = (): number => document.querySelectorAll(".documents-list > li").length;
    while (count() < all) {
      const before = count();
      document.querySelector<HTMLElement>("[data-more]")?.click();
      while (count() === before) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, DOCUMENTS);
  await expect(lines).toHaveCount(DOCUMENTS);
  await page.evaluate(() => scrollTo(0, 0));
  // What a hundred loaded pages have left is collected now and then, each time a frame of 150 to 250 ms: most of it here. What
  // comes meanwhile is a late frame like others, and the longest is told.
  await cdp.send("HeapProfiler.collectGarbage");
  shares.push(await measure("all of them, 1,500 px/s", () => wheel(cdp, 15_000, 1_500)));
  shares.push(await measure("all of them, 6,000 px/s", () => wheel(cdp, 60_000, 6_000)));
  shares.push(await measure("back over the same, 6,000 px/s", () => wheel(cdp, -60_000, 6_000)));
  for (const share of shares) expect.soft(share, "late frames").toBeLessThan(0.01);
});
