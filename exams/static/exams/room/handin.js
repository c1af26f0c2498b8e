"use strict";

/* The last look before the point of no return: a screen of its own, no requests to open it. */
class CheckScreen {
  constructor({ answers, queue, store, clock, go, handIn, cancel, tapped }) {
    Object.assign(this, { answers, queue, store, clock, handIn });
    this.go = go;
    this.button = find("hand-in");
    tapped("hand-in", () => handIn.begin());
    tapped("back-to-questions", cancel);
  }

  refresh() {
    const counts = this.answers.counts();
    this.drawTally(counts);
    this.drawLists();
    set(find("check-lead"), this.lead(counts));
    this.drawHandIn(counts);
  }

  lead({ open, flagged, total }) {
    if (open) return word(flagged ? "some_open_flagged" : "some_open", { open, flagged });
    return flagged ? word("all_answered_flagged", { total, flagged }) : word("all_answered", { total });
  }

  drawTally({ answered, open, flagged, unsent }) {
    const tally = find("tally");
    const shown = JSON.stringify([answered, open, flagged, unsent]);
    if (tally.dataset.shown === shown) return;
    tally.dataset.shown = shown;
    tally.textContent = "";
    for (const [name, count, tone] of [["answered", answered, ""], ["open", open, "warn"], ["flagged", flagged, "warn"], ["unsent", unsent, "warn"]]) {
      tally.append(build("div", { class: "tally__item" + (tone && count ? " tally__item--warn" : "") },
        build("dt", {}, word("tally_" + name)), build("dd", {}, String(count))));
    }
    set(find("check-note"), open || flagged ? "" : word("no_change"));
  }

  drawLists() {
    const holder = find("check-lists");
    const { answers } = this;
    const lists = [
      ["list_open", answers.numbers((n) => !answers.isAnswered(n))],
      ["list_partly", answers.numbers((n) => answers.isPartly(n))],
      ["list_flagged", answers.numbers((n) => answers.isFlagged(n))],
    ];
    const shown = JSON.stringify(lists);
    if (holder.dataset.shown === shown) return;
    holder.dataset.shown = shown;
    holder.textContent = "";
    for (const [title, numbers] of lists) {
      if (numbers.length) holder.append(build("h3", { class: "screen__list-title" }, word(title)), build("ul", { class: "cells" }, ...numbers.map((n) => this.link(n))));
    }
  }

  link(n) {
    const { answers } = this;
    const state = answers.isPartly(n) ? "partly" : answers.isAnswered(n) ? "answered" : "open";
    const parts = [word("number", { number: n }), word(state)];
    if (answers.isFlagged(n)) parts.push(word("flagged"));
    const look = "cell" + (state === "answered" ? " cell--answered" : state === "partly" ? " cell--partly" : "") + (answers.isFlagged(n) ? " cell--flagged" : "");
    const link = build("a", { class: look, href: "#question-" + n, "aria-label": parts.join(word("comma")) }, String(n), icon("flag"));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.go(n);
    });
    return build("li", {}, link);
  }

  drawHandIn({ unsent }) {
    const { handIn, queue, store } = this;
    const lost = !queue.reached || queue.failures >= 2;
    let label = word("hand_in");
    let text = "";
    if (handIn.stage === "waiting") {
      label = word("hand_in_waits", { count: unsent });
      text = word("hand_in_waits_long", { count: unsent });
      if (lost) {
        label = word("retry");
        text = word(store.works ? "hand_in_offline" : "hand_in_weak");
      }
    } else if (handIn.stage === "sending") {
      label = word("handing_in");
      if (handIn.isSlow()) text = word("hand_in_unsure", { time: timeOfDay(this.clock.deadline) });
    }
    set(this.button, label);
    this.button.setAttribute("aria-disabled", String(handIn.stage === "sending"));
    find("back-to-questions").hidden = handIn.stage === "sending";
    const trouble = find("check-trouble");
    const isNew = text !== "" && trouble.textContent !== text;
    set(trouble, text);
    trouble.classList.toggle("notice--warn", text !== "");
    if (isNew) trouble.scrollIntoView({ block: "nearest" }); // large letters push it below the screen
  }
}

/* Hands in once: all answers first, then one request with a key that stays the same through every retry and reload. */
class HandIn {
  constructor({ queue, store, heard, done }) {
    Object.assign(this, { queue, store, heard, done });
    this.stage = "idle"; // waiting (answers are on their way), sending, done
    this.key = null;
    this.failures = 0;
  }

  begin() {
    if (this.stage === "sending" || this.stage === "done") return;
    if (this.stage === "waiting") this.queue.retryNow();
    this.stage = "waiting";
    this.queue.soon();
    this.step();
    this.heard();
  }

  cancel() {
    if (this.stage === "waiting") this.stage = "idle";
    return this.stage === "idle";
  }

  isSlow() {
    return this.stage === "sending" && performance.now() - this.began >= 10000;
  }

  /* After each change of the queue: goes on by itself when the last answer is confirmed. */
  step() {
    if (this.stage === "waiting" && this.queue.state === "open" && !this.queue.pending().length) this.send();
  }

  async send() {
    this.stage = "sending";
    this.began = performance.now();
    this.key = this.key || randomKey();
    this.store.note({ key: this.key });
    setTimeout(() => this.heard(), 10050);
    this.heard();
    while (this.stage === "sending") {
      const { status, data, wait } = await this.queue.post(this.queue.urls.submit, JSON.stringify({ t: this.queue.token, key: this.key }));
      this.queue.reached = status !== 0;
      if ((status === 200 || status === 409) && data && data.result) return this.finish(data);
      if (status === 200 && data && data.state === "taken_over") return this.stop("taken_over");
      if (status === 401) {
        const fresh = await this.queue.resume();
        if (fresh === "fresh") continue;
        if (fresh === "closed") return this.finish(this.queue.closing);
        if (fresh !== "failed") return this.stop(fresh === "taken_over" ? "taken_over" : "signed_out");
      }
      await this.pause(wait);
    }
  }

  async pause(wait) {
    const seconds = RETRY_SECONDS[Math.min(this.failures, RETRY_SECONDS.length - 1)] * (0.7 + Math.random() * 0.6);
    this.failures += 1;
    this.heard();
    await new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, Math.max(seconds, wait) * 1000);
    });
  }

  /* The network may be back. */
  retryNow() {
    if (this.wake) this.wake();
  }

  stop(state) {
    this.stage = "idle";
    this.queue.state = state;
    this.queue.heard();
  }

  finish(data) {
    this.stage = "done";
    this.done(data);
  }
}

function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* What stands in place of the questions once nobody can answer any more. */
class EndScreen {
  constructor({ queue, store }) {
    Object.assign(this, { queue, store });
  }

  draw({ title, lines, tone, state = "", result }) {
    set(find("end-title"), title);
    const text = find("end-text");
    const shown = JSON.stringify(lines);
    if (text.dataset.shown !== shown) {
      text.dataset.shown = shown;
      text.textContent = "";
      for (const line of lines) text.append(build("p", {}, line));
    }
    find("end").dataset.tone = tone;
    set(find("end-state"), state);
    find("end-state").hidden = !state;
    find("end-result").href = result || this.queue.urls.result;
    find("end-result").hidden = !result;
    find("end-home").href = this.queue.urls.home;
  }
}
