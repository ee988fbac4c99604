import type { BrowserContext } from "@playwright/test";
import { ada, Editor, expect, signIn, test } from "../fixtures.ts";
import { Api } from "../support/api.ts";
import type { Server } from "../support/server.ts";
import { generated, recorded } from "../support/traces.ts";
import { ALL, crashOffline, type Fault } from "./faults.ts";
import { LINE, Writer } from "./writer.ts";

const SEED = Number(process.env["HOLDFAST_PROVE_SEED"] || 1);
const SCHEDULES = Number(process.env["HOLDFAST_PROVE_SCHEDULES"] || 50);
/** Faults of one schedule. */
const STEPS = 5;
const MOST_EDITS = 400;

/** mulberry32: the same seed, the same schedule. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function begin(app: Server, context: BrowserContext, seed: number): Promise<Writer> {
  const edits = recorded("automerge-paper", MOST_EDITS) ?? generated(seed, MOST_EDITS);
  const api = await Api.signedIn(app, ada);
  const id = await api.create("Proof", LINE);
  await api.http.dispose();
  const page = await context.newPage();
  page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
  await signIn(page, ada);
  return new Writer(app, context, await Editor.open(page, id), edits);
}

/** Types, with one fault after the other, and sometimes one within another. */
async function live(writer: Writer, random: (below: number) => number): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    await writer.type(3 + random(12));
    const fault = ALL[random(ALL.length)] as Fault;
    await test.step(fault.name, async () => {
      writer.tally[fault.name] = (writer.tally[fault.name] ?? 0) + 1;
      await fault.begin(writer);
      if (fault.types) await writer.type(2 + random(10));
      await fault.end(writer);
    });
    await writer.type(random(6));
    await writer.isTrue();
  }
}

for (let number = 0; number < SCHEDULES; number += 1) {
  const seed = SEED + number;
  test(`E12 P6 F5 schedule ${seed}`, async ({ app, context }) => {
    const writer = await begin(app, context, seed);
    try {
      await live(writer, randomOf(seed));
      await writer.isWhole();
    } finally {
      test.info().annotations.push({ type: "tally", description: JSON.stringify(writer.tally) });
    }
  });
}

test("control: with the journal switched off, a crash loses text, and that is noticed", async ({ app, context }) => {
  await context.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const writer = await begin(app, context, SEED);
  await writer.type(10);
  await writer.editor.saved();
  await crashOffline.begin(writer);
  expect(writer.tally["lost"]).toBeGreaterThan(0);
});
