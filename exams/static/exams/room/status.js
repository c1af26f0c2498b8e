"use strict";

/* Two voices for screen readers. Polite ones keep 20 s apart; of those that wait only the newest is spoken. */
const BETWEEN_ANNOUNCEMENTS = 20000;

class Speech {
  constructor() {
    this.last = -Infinity;
    this.waiting = null;
  }

  politely(text, { first = false } = {}) {
    const wait = this.last + BETWEEN_ANNOUNCEMENTS - performance.now();
    clearTimeout(this.timer);
    if (wait <= 0 || first) {
      this.say("say-politely", text);
      if (this.waiting) this.timer = setTimeout(() => this.politely(this.waiting), BETWEEN_ANNOUNCEMENTS);
    } else {
      this.waiting = text;
      this.timer = setTimeout(() => this.politely(text), wait);
    }
  }

  now(text) {
    this.say("say-now", text);
  }

  say(id, text) {
    if (this.waiting === text) this.waiting = null;
    this.last = performance.now();
    const region = find(id);
    region.textContent = "";
    setTimeout(() => (region.textContent = text), 60);
  }
}

/* The one line that must never lie: it is worked out from what is unsent and what the last requests did, each time anew. */
const MARKS = { ready: "○", saved: "✓", sending: "↑", slow: "↑", busy: "↑", offline: "✕", closed: "■" };
const TONES = { saved: "ok", slow: "warn", busy: "warn", offline: "err", closed: "neutral", ready: "neutral", sending: "neutral" };
const ALERTS = ["signed_out", "cannot_keep", "taken_over", "other_page", "refused"];
const POLITE = ["slow", "offline", "busy"];

class StatusLine {
  constructor({ queue, answers, store, speech, act }) {
    Object.assign(this, { queue, answers, store, speech, act });
    this.level = null;
    this.back = null; // "network is back" stays the long text until the next change
    this.button = find("save");
    this.panel = find("panel");
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    find("panel-close").addEventListener("click", () => {
      this.close();
      this.button.focus();
    });
    find("panel-action").addEventListener("click", () => this.act(this.level));
  }

  work() {
    const { queue, answers, store } = this;
    if (queue.state !== "open") return queue.state;
    const unsent = answers.unsent().length;
    if (!unsent) return answers.records.size ? "saved" : "ready";
    if (unsent > queue.pending().length) return "refused";
    if (!store.works) return "cannot_keep";
    if (queue.busy) return "busy";
    const waited = queue.waitingSince === null ? 0 : performance.now() - queue.waitingSince;
    if (queue.failures >= 2 || waited >= 10000) return "offline";
    if (queue.failures === 1 || waited >= 4000) return "slow";
    return "sending";
  }

  refresh() {
    const before = this.level;
    const level = (this.level = this.work());
    const unsent = this.answers.unsent().length;
    if (level === "saved" && this.queue.trouble.size) {
      this.back = word("back_long", { count: this.queue.trouble.size });
      this.queue.trouble.clear();
    } else if (level !== "saved") {
      this.back = null;
    }
    this.draw(level, unsent);
    if (level !== before) this.announce(level, before);
  }

  draw(level, unsent) {
    const counts = ["slow", "offline", "busy", "cannot_keep"].includes(level) && unsent > 0;
    const text = level === "refused" ? word("refused", { number: this.refusedNumber() }) : word(level);
    set(find("save-mark"), MARKS[level] || "!");
    set(find("save-text"), text);
    set(find("save-count"), counts ? word("to_send", { count: unsent }) : "");
    this.button.dataset.tone = TONES[level] || "err";
    this.button.dataset.level = level;
    if (!this.panel.hidden) this.fill();
  }

  refusedNumber() {
    return this.answers.unsent().find((record) => this.queue.refused.get(record.n) === record.sequence).n;
  }

  long(level = this.level) {
    if (level === "saved") {
      if (this.back) return this.back;
      return this.queue.savedAt ? word("saved_long", { time: timeOfDay(this.queue.savedAt, { seconds: true }) }) : word("saved_before");
    }
    if (level === "refused") return word("refused_long", { number: this.refusedNumber() });
    if (level === "signed_out" && !this.store.works) return word("signed_out_weak");
    if (level === "closed" && this.queue.savedAt) return word("closed_long", { time: timeOfDay(this.queue.savedAt, { seconds: true }) });
    if (level === "closed") return word("closed_short");
    return word(level + "_long");
  }

  announce(level, before) {
    if (ALERTS.includes(level)) {
      this.speech.now(this.long());
      this.open();
    } else if (level === "offline") {
      this.speech.politely(this.long());
      this.open(12000);
    } else if (POLITE.includes(level)) {
      this.speech.politely(this.long());
    } else if (level === "saved" && this.back) {
      this.speech.politely(this.back);
      if (!this.panel.hidden || before === "offline") this.open(5000);
    } else if (ALERTS.includes(before) || before === "offline") {
      this.close();
    }
  }

  open(time = 0, news = null) {
    clearTimeout(this.closing);
    this.news = news; // stays while the panel is open, whatever the line has to say meanwhile
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.fill();
    if (time) this.closing = setTimeout(() => this.panel.contains(document.activeElement) || this.close(), time);
  }

  close() {
    clearTimeout(this.closing);
    this.news = null;
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  fill() {
    const action = { signed_out: "sign_in_again", taken_over: "continue_here", other_page: "continue_here", closed: "result" }[this.level];
    this.panel.dataset.tone = this.button.dataset.tone;
    set(find("panel-text"), this.news || this.long());
    find("panel-action").hidden = !action;
    if (action) set(find("panel-action"), word(action));
  }

  /* News that is no state of the line: more time, a take-over that failed. */
  tell(text, { time = 15000 } = {}) {
    this.open(time, text);
    this.speech.now(text);
  }
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
