import { ada, bob, Editor, expect } from "../fixtures.ts";
import { Control } from "../support/control.ts";
import { crash, type Writer } from "./writer.ts";

/** Beyond the refresh token's end, and beyond what a last refresh may have bought. */
const BEYOND_THE_END_S = 26 * 60 * 60;

/** Something that happens while somebody types, and how it ends again. */
export type Fault = {
  name: string;
  begin: (writer: Writer) => Promise<void>;
  /** Whether typing goes on meanwhile. */
  types: boolean;
  end: (writer: Writer) => Promise<void>;
};

const nothing = async (): Promise<void> => {};

/** Signs in again in place, as soon as the page knows that this is needed. */
async function signInAgain({ editor }: Writer): Promise<void> {
  await editor.wake();
  await expect.poll(async () => editor.banner.getAttribute("data-session-phase")).toMatch(/expired|sealed/);
  await editor.signInInPlace(ada);
  await editor.phase("quiet");
}

export const expiry: Fault = {
  name: "expiries",
  begin: (writer) => writer.advance(BEYOND_THE_END_S),
  types: true,
  end: signInAgain,
};

export const revocation: Fault = {
  name: "revocations",
  begin: async (writer) => {
    await new Control(writer.app).user(ada, "sign-out");
    // The access token in hand is good until it ends; then the refresh is refused.
    await writer.advance(60 * 60);
  },
  types: true,
  end: signInAgain,
};

export const offline: Fault = {
  name: "times offline",
  begin: ({ context }) => context.setOffline(true),
  types: true,
  end: ({ context }) => context.setOffline(false),
};

export const kill: Fault = {
  name: "servers killed",
  begin: ({ app }) => app.stop("SIGKILL"),
  types: true,
  end: (writer) => writer.restart(),
};

export const tabCrash: Fault = {
  name: "tabs crashed",
  begin: async (writer) => writer.comeBack(await crash(writer.editor.page)),
  types: true,
  end: nothing,
};

/** The tab is gone while nothing reaches the server, and comes back when everything does. */
export const crashOffline: Fault = {
  name: "tabs crashed offline",
  begin: async (writer) => {
    await writer.context.setOffline(true);
    await writer.type(8);
    const at = await crash(writer.editor.page);
    await writer.context.setOffline(false);
    await writer.comeBack(at);
  },
  types: true,
  end: nothing,
};

/** Tab, server and session die at the same instant. */
export const everything: Fault = {
  name: "times everything at once",
  begin: async (writer) => {
    await writer.app.stop("SIGKILL");
    await writer.type(5);
    const at = await crash(writer.editor.page);
    await writer.restart();
    await writer.advance(BEYOND_THE_END_S);
    await writer.comeBack(at);
  },
  types: true,
  end: nothing,
};

export const secondTab: Fault = {
  name: "second tabs",
  begin: async (writer) => {
    const page = await writer.context.newPage();
    await page.goto(`/documents/${writer.id}`);
    const other = new Editor(page);
    await other.alive();
    const mark = `⟦${writer.marks.length}⟧`;
    writer.marks.push(mark);
    await other.text.evaluate((area: HTMLTextAreaElement) => {
      area.focus();
      area.setSelectionRange(0, 0);
    });
    await page.keyboard.insertText(mark);
    // Closed or left open, saved or not: what it typed is not lost.
    await writer.type(3);
    await other.saved();
    await page.close();
    await writer.editor.page.bringToFront();
  },
  types: true,
  end: nothing,
};

export const wrongUser: Fault = {
  name: "wrong users",
  begin: async ({ editor, app }) => {
    const { status } = await editor.page.evaluate(
      async ([username, password]) => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch("/api/session", { method: "POST", headers, body: JSON.stringify({ username, password }) });
        return { status: answer.status };
      },
      [bob.email, bob.password] as const,
    );
    expect(status, app.url).toBe(200);
    await editor.wake();
    await editor.phase("sealed");
    await expect(editor.text).toBeHidden();
  },
  types: false,
  end: signInAgain,
};

export const clockJump: Fault = {
  name: "clock jumps",
  begin: async (writer) => {
    await writer.advance(7 * 60);
    await writer.editor.wake();
  },
  types: true,
  end: nothing,
};

export const reload: Fault = {
  name: "reloads",
  begin: async (writer) => {
    await writer.editor.page.reload();
    await writer.editor.alive();
    await writer.sees();
  },
  types: true,
  end: nothing,
};

export const ALL: readonly Fault[] = [
  expiry,
  revocation,
  offline,
  kill,
  tabCrash,
  crashOffline,
  everything,
  secondTab,
  wrongUser,
  clockJump,
  reload,
];
