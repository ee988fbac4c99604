// Managed login in place: the dialog's link opens the pool's pages in a window beside this one, one for all tabs. Whoever
// opens it holds a lock until the sign-in is told (on the channel, by the window's own last page), the dialog is closed, or
// the tab dies. The window itself cannot be asked: Cross-Origin-Opener-Policy cuts it off as soon as it is at the pool.

const LINK = "[data-sign-in-window]";
const NAME = "holdfast-sign-in";

let release = () => {};

/** Shows the one of the dialog's texts that is true now. */
function say(link, what) {
  const dialog = link.closest("dialog");
  for (const text of dialog.querySelectorAll("[data-window-said]")) text.hidden = text.dataset.windowSaid !== what;
  link.textContent = what === "" || what === "blocked" ? link.dataset.first : link.dataset.again;
}

function open(link, steal) {
  const held = (lock) => {
    if (!lock) return say(link, "elsewhere");
    const size = "popup,width=480,height=720";
    if (window.open(link.href, NAME, size) === null) return say(link, "blocked");
    say(link, "open");
    return new Promise((resolve) => (release = resolve));
  };
  release();
  if (!navigator.locks) return void held(true);
  navigator.locks.request(NAME, steal ? { steal } : { ifAvailable: true }, held).catch(() => say(link, "elsewhere"));
}

export function signInWindow() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(LINK);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const shown = link.closest("dialog").querySelector("[data-window-said]:not([hidden])")?.dataset.windowSaid;
    // Where windows are blocked the link is a plain one: what a person clicks on is never blocked.
    if (shown === "blocked") return;
    event.preventDefault();
    open(link, shown !== undefined);
  });
  document.querySelector(LINK)?.closest("dialog").addEventListener("close", ({ target }) => {
    release();
    say(target.querySelector(LINK), "");
  });
  new BroadcastChannel("holdfast").addEventListener("message", () => release());
}
