// What may wait, waits: until no key has been pressed for a while, and then until the browser has nothing better to do.

const whenIdle = globalThis.requestIdleCallback ?? ((run) => setTimeout(() => run({ timeRemaining: () => 5 }), 50));

/** Chromium can be without an idle moment for minutes while nothing happens, as after a focus that a script has moved at a key
 * press; a piece is small enough not to be felt. */
const SOON = { timeout: 500 };

/**
 * Calls `work` some time after the last call of what it returns. Work that gives a generator is done piece by piece, each
 * while the browser is idle; another call ends it and begins anew.
 */
export function later(work, pause) {
  let timer;
  let turn = 0;
  return () => {
    turn += 1;
    const own = turn;
    clearTimeout(timer);
    timer = setTimeout(() => {
      let pieces;
      const go = (idle) => {
        if (own !== turn) return;
        pieces ??= work();
        if (!pieces) return;
        // A piece takes some milliseconds: one at least, more only while there is time for another.
        do {
          if (pieces.next().done) return;
        } while (idle.timeRemaining() > 8);
        whenIdle(go, SOON);
      };
      whenIdle(go, SOON);
    }, pause);
  };
}
