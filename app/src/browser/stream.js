// One event stream per browser, however many tabs: HTTP/1.1 has six connections to a host, and a seventh tab could not save.
// The tab that holds the lock has the stream and passes on what it hears; when it dies, the browser gives the lock to the next.

/**
 * Hears what the server tells this user, by this tab's stream or another's: `heard(kind, data)`, with kind "open" whenever
 * something may have been missed. Returns a switch: `attend(false)` gives up the stream, for a tab whose user is not the one
 * signed in.
 */
export function stream(sub, heard) {
  const name = `holdfast-events-${sub}`;
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data: [kind, data] }) => heard(kind, data);
  let attending = false;
  let resign = () => {};

  const lead = () =>
    new Promise((resolve) => {
      let source;
      let again;
      resign = () => {
        clearTimeout(again);
        source?.close();
        resolve();
      };
      const tell = (kind, data = "") => {
        heard(kind, data);
        channel.postMessage([kind, data]);
      };
      const open = () => {
        if (!attending) return resign();
        source = new EventSource("/api/events");
        source.onopen = () => tell("open");
        for (const kind of ["edits", "document", "session"]) source.addEventListener(kind, ({ data }) => tell(kind, data));
        // The browser tries again by itself, unless the server has said no.
        source.onerror = () => {
          if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 5_000 + Math.random() * 5_000);
        };
      };
      open();
    });

  return (attend) => {
    if (attend === attending) return;
    attending = attend;
    if (attend) navigator.locks?.request(name, () => attending && lead());
    else resign();
  };
}
