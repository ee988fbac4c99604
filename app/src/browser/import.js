// Files become documents as soon as they are chosen or dropped: a few at a time, so that progress can be told and a lost
// connection costs no more than those few. What is accepted is the server's to say, but for what is too large: that is not
// even sent.

const MOST_BYTES = 10 * 1024 * 1024;
/** One request takes so many files, or so many bytes. */
const GROUP_FILES = 50;
const GROUP_BYTES = 4 * 1024 * 1024;
const MOST_NAMED = 20;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function* groups(files) {
  let group = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length > 0 && (group.length === GROUP_FILES || bytes + file.size > GROUP_BYTES)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length > 0) yield group;
}

/** Sends files; `{ files }` as the server reports them, or `{ why }`. */
async function send(group, sub) {
  const form = new FormData();
  for (const file of group) form.append("files", file, file.name);
  try {
    const answer = await fetch("/api/import", { method: "POST", body: form, headers: { "holdfast-user": sub } });
    if (answer.ok) return await answer.json();
    return { why: answer.status === 401 || answer.status === 403 ? "signed_out" : "offline" };
  } catch {
    return { why: "offline" };
  }
}

/**
 * @param main the page's main element, which has the form
 * @param sub whose page it is
 * @param done called when the list has something new
 */
export function takeFiles(main, sub, done) {
  const place = main.querySelector("[data-import]");
  const form = place.querySelector("form");
  const input = form.querySelector("input");
  const words = JSON.parse(place.dataset.import);
  let busy = false;

  const notice = document.createElement("div");
  notice.className = "notice documents-taken";
  notice.setAttribute("role", "status");
  const said = document.createElement("p");
  const bar = document.createElement("progress");
  const inner = document.createElement("div");
  inner.className = "documents-made";
  inner.append(said, bar);
  const left = document.createElement("p");
  const refused = document.createElement("ul");
  const wrongs = document.createElement("div");
  wrongs.className = "documents-refused";
  wrongs.append(left, refused);
  notice.append(inner, wrongs);

  function refuse(name, why, count) {
    wrongs.hidden = false;
    left.textContent = count === 1 ? words.refused_one : fill(words.refused_many, { n: count });
    if (count > MOST_NAMED) {
      const last = refused.lastElementChild;
      const more = last.dataset.more === "" ? last : refused.appendChild(document.createElement("li"));
      more.dataset.more = "";
      more.textContent = fill(words.more, { n: count - MOST_NAMED });
      return;
    }
    const line = document.createElement("li");
    const strong = document.createElement("strong");
    strong.appendChild(document.createElement("bdi")).textContent = name;
    line.append(strong, ` ${words.refused[why] ?? why}.`);
    refused.append(line);
  }

  async function take(files) {
    if (busy || files.length === 0) return;
    busy = true;
    place.open = false;
    refused.replaceChildren();
    wrongs.hidden = true;
    delete inner.dataset.none;
    bar.hidden = false;
    bar.max = files.length;
    bar.value = 0;
    bar.setAttribute("aria-label", words.progress.split(" ")[0]);
    main.querySelectorAll(":scope > .notice").forEach((old) => old.remove());
    main.prepend(notice);
    let [seen, made, wrong, stopped] = [0, 0, 0, ""];
    const large = files.filter((file) => file.size > MOST_BYTES);
    for (const file of large) refuse(file.name, "too_large", (wrong += 1));
    seen += large.length;
    for (const group of groups(files.filter((file) => file.size <= MOST_BYTES))) {
      said.textContent = fill(words.progress, { n: seen, all: files.length });
      const report = await send(group, sub);
      if (report.why) {
        const name = group[0].name;
        stopped = `${fill(words.stopped, { n: seen, all: files.length, name })} ${words[report.why]}`;
        break;
      }
      for (const file of report.files) {
        if (file.document) made += 1;
        else refuse(file.name, file.refused, (wrong += 1));
      }
      seen += group.length;
      bar.value = seen;
    }
    bar.hidden = true;
    const count = made === 0 ? words.none : made === 1 ? words.one : fill(words.many, { n: made });
    said.textContent = [count, stopped].join(" ");
    if (made === 0) inner.dataset.none = "";
    form.reset();
    busy = false;
    done();
  }

  input.addEventListener("change", () => take([...input.files]));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take([...input.files]);
  });
  form.querySelector("button").hidden = true;
  place.querySelector("[data-drop]").hidden = false;

  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    main.dataset.dropping = "";
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) delete main.dataset.dropping;
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    delete main.dataset.dropping;
    // A folder has no bytes of its own.
    const items = [...event.dataTransfer.items].filter((item) => item.webkitGetAsEntry?.()?.isDirectory !== true);
    take(items.map((item) => item.getAsFile()).filter(Boolean));
  });
}
