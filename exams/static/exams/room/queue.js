"use strict";

/* Sends what is not confirmed: one request in flight, the newest answer of each question, in order. Only a reply that names
   a question after the server's commit makes it "saved"; anything else (a hotel's log-in page, a proxy's error) is trouble. */
const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];
const GIVE_UP = 20000;
const QUIET = 25000; // a page that has nothing to send asks this often: extra time and another device show within 30 s
const LARGEST_BATCH = 100;

function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : find("csrf").querySelector("input").value;
}

class Queue {
  constructor({ attempt, answers, clock, store, heard }) {
    Object.assign(this, { answers, clock, store, heard });
    this.urls = attempt.urls;
    this.closing = { message: "", result: attempt.urls.result };
    this.token = attempt.token;
    this.state = attempt.state === "open" ? "open" : "closed"; // and signed_out, taken_over, other_page
    this.failures = 0;
    this.busy = false;
    this.reached = true; // did the last request get an answer from our server?
    this.waitingSince = null; // when the first unanswered try of what is unsent began
    this.savedAt = null;
    this.trouble = new Set(); // numbers that were unsent while there was trouble
    this.urgent = Infinity;
    this.quiet = Infinity;
    this.notBefore = 0;
    this.asking = false;
    this.flying = false;
    this.size = LARGEST_BATCH;
    this.late = new Set();
    this.refused = new Map(); // number -> sequence that the server could not take
    this.lastReply = performance.now();
    setInterval(() => this.ask(QUIET), 5000);
  }

  /* A page that may no longer answer still delivers what was answered. The other page of this browser does it from the
     shared store, unless there is none. */
  isTalking() {
    if (this.state === "open") return true;
    if (this.state === "other_page" && this.store.works) return false;
    return this.state !== "signed_out" && this.pending().length > 0;
  }

  pending() {
    return this.answers.unsent().filter((record) => this.refused.get(record.n) !== record.sequence);
  }

  /* Send after `pause` ms without a further change; `longest` bounds the wait of someone who types on and on. */
  soon(pause = 0, longest = 15000) {
    const now = performance.now();
    if (pause) {
      this.urgent = Math.min(this.urgent, now + longest);
      this.quiet = now + pause;
    } else {
      this.urgent = now;
    }
    if (!this.busy && !this.flying) this.notBefore = 0;
    this.arrange();
  }

  /* An empty save: the server's time and whether this page still works the attempt. */
  ask(age = 0) {
    if (document.visibilityState === "hidden" || !this.isTalking() || this.flying) return;
    if (performance.now() - this.lastReply < age || this.notBefore > performance.now()) return;
    this.asking = true;
    this.urgent = performance.now();
    this.arrange();
  }

  /* The network may be back, or the page is in front again: forget the back-off. */
  retryNow() {
    this.notBefore = 0;
    this.asking = true;
    this.urgent = performance.now();
    this.arrange();
  }

  arrange() {
    clearTimeout(this.timer);
    if (this.flying || !this.isTalking()) return;
    const next = Math.max(Math.min(this.urgent, this.quiet), this.notBefore);
    if (next !== Infinity) this.timer = setTimeout(() => this.send(), Math.max(0, next - performance.now()));
  }

  batch() {
    return this.pending().slice(0, this.size).map((record) => ({ ...record }));
  }

  body(batch) {
    return JSON.stringify({ t: this.token, a: batch.map((one) => [one.n, one.sequence, one.value, one.flagged, Math.round(one.stamp)]) });
  }

  async send() {
    if (this.flying || !this.isTalking()) return;
    const batch = this.batch();
    const asking = this.asking;
    this.asking = false;
    this.urgent = this.quiet = Infinity;
    if (!batch.length && !asking) return;
    this.flying = true;
    const began = performance.now();
    if (batch.length && this.waitingSince === null) this.waitingSince = began;
    this.wakeAt(4000);
    this.wakeAt(10000);
    this.heard();
    const sent = this.clock.elapsed();
    const reply = await this.post(this.urls.save, this.body(batch));
    this.flying = false;
    await this.receive(reply, batch, sent);
    this.heard();
    this.arrange();
  }

  /* The status line turns to "slow" at 4 s and to "offline" at 10 s without waiting for a reply. */
  wakeAt(after) {
    setTimeout(() => this.heard(), after + 20);
  }

  /* Never throws: {status, data}, with status 0 for "no answer from our server". */
  async post(url, body, { headers = { "Content-Type": "application/json" } } = {}) {
    const stopper = new AbortController();
    const timer = setTimeout(() => stopper.abort(), GIVE_UP);
    const keepalive = document.visibilityState === "hidden" && body.length < 15000; // survives a page that is killed
    try {
      const response = await fetch(url, { method: "POST", body, headers, keepalive, credentials: "same-origin", cache: "no-store", signal: stopper.signal });
      const isData = (response.headers.get("Content-Type") || "").includes("json");
      const data = isData ? await response.json() : null;
      const wait = Number(response.headers.get("Retry-After")) || 0;
      return { status: response.status, data, wait: Math.min(wait, 60) };
    } catch (_error) {
      return { status: 0, data: null, wait: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  async receive({ status, data, wait }, batch, sent) {
    this.reached = status !== 0;
    if (status === 200 && data && Array.isArray(data.saved)) return this.took(data, batch, sent);
    if (status === 409 && data) return this.close(data, batch);
    if (status === 401) return this.lostSignIn(sent);
    if (status === 429 || status === 413 || status >= 500) {
      this.busy = true;
      if (status === 413) this.size = Math.max(1, Math.floor(this.size / 2));
    } else if (status === 400) {
      // One answer that the server cannot take must not hold up the others.
      if (batch.length === 1) this.refused.set(batch[0].n, batch[0].sequence);
      this.size = 1;
    }
    this.failed(wait);
  }

  failed(wait = 0) {
    const pause = RETRY_SECONDS[Math.min(this.failures, RETRY_SECONDS.length - 1)] * (0.7 + Math.random() * 0.6);
    this.failures += 1;
    for (const record of this.answers.unsent()) this.trouble.add(record.n);
    this.notBefore = performance.now() + Math.max(pause, wait) * 1000;
    this.urgent = performance.now();
    this.asking = this.asking || !this.pending().length;
  }

  took(data, batch, sent) {
    const moved = this.clock.take(data, sent);
    if (this.slow()) for (const one of batch) this.trouble.add(one.n);
    this.lastReply = performance.now();
    const confirmed = this.mark(data.saved, batch);
    if (batch.length && !confirmed.length) return this.failed();
    this.failures = 0;
    this.busy = false;
    this.notBefore = 0;
    this.waitingSince = null;
    if (batch.length) this.savedAt = this.clock.now();
    if (data.state === "taken_over") this.state = "taken_over";
    else if (data.state !== "open") this.close(data, []);
    if (this.pending().length && this.urgent === Infinity && this.quiet === Infinity) this.urgent = performance.now();
    if (moved && this.extended) this.extended(moved);
  }

  mark(numbers, batch) {
    const named = new Set(numbers);
    const confirmed = batch.filter((one) => named.has(one.n));
    for (const one of confirmed) this.answers.confirm(one.n, one.sequence);
    if (confirmed.length) this.store.confirm(confirmed);
    return confirmed;
  }

  slow() {
    return this.failures > 0 || (this.waitingSince !== null && performance.now() - this.waitingSince >= 4000);
  }

  /* 409: the deadline and its grace have passed, or it was handed in. What came late is with a person now. */
  close(data, batch) {
    this.lastReply = performance.now();
    this.failures = 0;
    this.busy = false;
    this.notBefore = 0;
    this.waitingSince = null;
    const late = data.late || [];
    const confirmed = this.mark([...(data.saved || []), ...late], batch);
    for (const one of confirmed) if (late.includes(one.n)) this.late.add(one.n);
    this.state = "closed";
    this.closing = { message: data.message || "", result: data.result || this.urls.result, at: data.at };
    if (batch.length && !confirmed.length) this.failed();
    else if (this.pending().length) this.urgent = performance.now();
  }

  /* The sign-in often still lives when the token has aged: then nobody needs to notice. */
  async lostSignIn() {
    const fresh = await this.resume();
    if (fresh === "fresh") return this.soon();
    if (fresh === "failed") return this.failed();
    if (fresh === "refused" || fresh === "stranger") this.state = "signed_out";
  }

  /* "fresh": a new token (and what the server holds) is in. "refused": not signed in, or as somebody else. "failed": no network.
     Without `takeOver` the server leaves the attempt with the device that has it. */
  async resume({ takeOver = false } = {}) {
    const sent = this.clock.elapsed();
    const body = new URLSearchParams(takeOver ? { take_over: "1" } : {}).toString();
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": csrfToken() };
    const { status, data } = await this.post(this.urls.resume, body, { headers });
    this.reached = status !== 0;
    if (status === 409 && data) {
      this.close(data, []);
      return "closed";
    }
    if (status === 200 && data && data.state === "taken_over") {
      this.state = "taken_over";
      return "taken_over";
    }
    if (status === 200 && data && data.token) {
      this.token = data.token;
      this.clock.take(data, sent);
      this.lastReply = performance.now();
      this.failures = 0;
      this.busy = false;
      this.notBefore = 0;
      this.state = data.state === "open" ? "open" : "closed";
      if (this.state === "closed") this.closing = { message: data.message || "", result: this.urls.result };
      await this.rejoin(data);
      return "fresh";
    }
    if (status === 0 || status === 429 || status >= 500) return "failed";
    return status === 404 ? "stranger" : "refused";
  }

  /* `data` is what the server holds; without it (no network) what the phone knows to be confirmed stands in. */
  async rejoin(data) {
    const { kept } = await this.store.claim();
    const confirmed = kept.filter((record) => record.confirmed);
    const held = data || { epoch: this.answers.epoch, responses: confirmed.map(({ n, epoch, sequence, value, flagged }) => [n, epoch, sequence, value, flagged]) };
    const renumbered = this.answers.load(held, this.state === "open" ? kept : kept.filter((record) => !record.confirmed));
    if (renumbered.length) await this.store.keep(renumbered);
    if (this.rejoined) this.rejoined();
    this.soon();
  }

  /* The page is going away: a request that outlives it. Nobody hears the reply; the next visit confirms. */
  partingShot() {
    const batch = this.batch();
    if (!batch.length || !this.isTalking()) return;
    try {
      fetch(this.urls.save, { method: "POST", body: this.body(batch), headers: { "Content-Type": "application/json" }, keepalive: true, credentials: "same-origin" }).catch(() => {});
    } catch (_error) {
      // A body over the browser's 64 KB for such requests; IndexedDB has it.
    }
  }
}
