"use strict";

/* The server's time. performance.now() carries it between two replies, so that a changed phone clock changes nothing. */
class Clock {
  constructor({ left, deadline }, age) {
    this.deadline = deadline;
    this.slept = 0; // performance.now() stands still while a phone sleeps; this is what it missed
    this.end = this.elapsed() + left - age;
    this.unsure = false;
  }

  elapsed() {
    return performance.now() + this.slept;
  }

  left() {
    return this.end - this.elapsed();
  }

  /* Milliseconds since the epoch by the server's clock. */
  now() {
    return this.deadline - this.left();
  }

  /* The server measured `left` somewhere between `sent` and now; an estimate inside that span is as good as the new one. */
  take({ left, deadline }, sent) {
    if (typeof left !== "number" || typeof deadline !== "number") return 0;
    const got = this.elapsed();
    const moved = deadline - this.deadline;
    const mine = this.left() + moved;
    const lowest = left - Math.max(0, got - sent);
    this.deadline = deadline;
    this.end = got + Math.min(left, Math.max(lowest, mine));
    this.unsure = false;
    return moved;
  }

  hide() {
    if (!this.hidden) this.hidden = { wall: Date.now(), steady: performance.now() };
  }

  /* How much more time the phone's own clock counted while the page was hidden: sleep, or a clock set by hand. */
  missed() {
    if (!this.hidden) return 0;
    const gap = Date.now() - this.hidden.wall - (performance.now() - this.hidden.steady);
    this.hidden = null;
    return gap > 1500 ? gap : 0;
  }

  /* Without the server's word the larger of the two elapsed times counts. */
  assumeSlept(milliseconds) {
    this.slept += milliseconds;
    this.unsure = true;
  }
}

const SPOKEN_MINUTES = [30, 15, 10, 5, 3, 1];

class ClockFace {
  constructor({ clock, total, counts, speech, up }) {
    Object.assign(this, { clock, counts, speech, up });
    this.marks = (total >= 30 * 60000 ? SPOKEN_MINUTES : [Math.round(total / 120000), 5, 1])
      .map((minutes) => minutes * 60000)
      .concat(30000)
      .filter((mark) => mark < this.clock.left() - 1000);
    this.box = find("clock");
    this.text = find("clock-text");
    this.icon = find("clock-icon");
    this.hidden = false;
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    const left = this.clock.left();
    this.draw(left);
    this.speak(left);
    this.up(left <= 0);
    this.timer = setTimeout(() => this.tick(), left > 0 ? (left % 1000) + 15 : 1000);
  }

  stop() {
    clearTimeout(this.timer);
    this.box.classList.add("clock--over");
  }

  draw(left) {
    const soon = left <= 5 * 60000;
    this.box.classList.toggle("clock--soon", soon);
    this.icon.setAttribute("href", soon ? "#i-warning" : "#i-clock");
    this.box.title = this.clock.unsure ? word("server_time") : "";
    const text = this.reading(left, soon);
    if (this.shown !== text) {
      this.shown = text;
      this.text.textContent = text;
      this.box.classList.toggle("clock--digits", left > 0 && left <= 600000 && !(this.hidden && !soon));
    }
  }

  reading(left, soon) {
    if (left <= 0) return word("left_none");
    if (this.hidden && !soon) return word("left_hidden");
    if (left > 600000) return word("left", { minutes: Math.floor(left / 60000) }).replace(/(\d) /, "$1\u00a0"); // "42 分钟" stays on one line
    const seconds = Math.ceil(left / 1000);
    return String(Math.floor(seconds / 60)).padStart(2, "0") + ":" + String(seconds % 60).padStart(2, "0");
  }

  /* Only the latest of several marks that went by during sleep is spoken. */
  speak(left) {
    const passed = this.marks.filter((mark) => left <= mark);
    if (!passed.length || left <= 0) return;
    this.marks = this.marks.filter((mark) => left > mark);
    const mark = Math.min(...passed);
    if (mark === 30000) this.speech.now(word("left_seconds_spoken", { seconds: 30, ...this.counts() }));
    else this.speech.politely(word("left_spoken", { minutes: mark / 60000, ...this.counts() }), { first: true });
  }

  sayNow() {
    const left = Math.max(0, this.clock.left());
    const values = { minutes: Math.floor(left / 60000), seconds: Math.ceil(left / 1000), ...this.counts() };
    this.speech.now(word(left < 60000 ? "left_seconds_spoken" : "left_spoken", values));
  }
}
