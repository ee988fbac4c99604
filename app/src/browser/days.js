// Days and times of day as the reader has them. The server writes those of UTC, because it does not know where the reader is;
// a browser does. The words are the page's.

// The pages are English; how a time is written is the reader's.
const locale = navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";
const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: "numeric" }).resolvedOptions();
const how = (options) => new Intl.DateTimeFormat(locale, { hourCycle, ...options });
const write = (selector, format) => {
  for (const time of document.querySelectorAll(selector)) time.textContent = format.format(new Date(time.dateTime));
};

// "09:00", but "9:00 am".
const hour = hourCycle === "h23" ? "2-digit" : "numeric";
write("time[data-clock]", how({ hour, minute: "2-digit" }));
write("time[data-moment]", how({ dateStyle: "long", timeStyle: "short" }));

const days = document.querySelector("[data-days]");
if (days) {
  const date = how({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const midnight = (back) => {
    const at = new Date();
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() - back).toDateString();
  };
  const name = (at) => {
    if (at.toDateString() === midnight(0)) return days.dataset.today;
    return at.toDateString() === midnight(1) ? days.dataset.yesterday : date.format(at);
  };
  const lines = [...days.querySelectorAll(":scope > li > ul > li")];
  const empty = days.querySelector("li").cloneNode(true);
  empty.querySelector("ul").replaceChildren();
  const made = [];
  for (const line of lines) {
    const called = name(new Date(line.querySelector("time").dateTime));
    if (made.at(-1)?.querySelector("h2").textContent !== called) {
      const day = empty.cloneNode(true);
      const [heading, list] = [day.querySelector("h2"), day.querySelector("ul")];
      heading.id = `day-${made.length}`;
      heading.textContent = called;
      list.setAttribute("aria-labelledby", heading.id);
      made.push(day);
    }
    made.at(-1).querySelector("ul").append(line);
  }
  days.replaceChildren(...made);
}

for (const note of document.querySelectorAll("[data-utc]")) note.remove();
