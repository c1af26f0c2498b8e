"use strict";

/* Milliseconds in which a second tap is still the first one, by a thumb that trembles. */
const SAME_TAP = 400;

/* The exam room: joins the parts. Whole paper in the page; the network is needed only to save and to hand in. */
class Room {
  constructor() {
    this.paper = JSON.parse(find("paper-data").textContent);
    this.attempt = JSON.parse(find("attempt-data").textContent);
    this.paper.questions = this.paper.questions || [];
    this.paper.sections = this.paper.sections || [];
    this.total = this.paper.questions.length;
    this.screen = "question";
    this.current = 1;
    this.shownAt = 0; // when this screen or question came, on performance.now()
    this.timeUp = false;
    this.returning = false;
  }

  async start() {
    const { attempt, paper } = this;
    this.clock = new Clock(attempt, ageOfPage());
    this.store = new Store(attempt.code);
    this.answers = new Answers(paper.questions);
    const heard = () => this.refresh();
    this.queue = new Queue({ ...this, heard });
    this.speech = new Speech();
    this.handIn = new HandIn({ ...this, heard, done: (data) => this.handedIn(data) });
    this.queue.rejoined = () => this.rejoined();
    this.queue.extended = (moved) => this.extended(moved);
    this.store.changed = heard;
    this.store.heard = () => this.gaveWay();

    await this.store.open();
    const { row, kept } = await this.store.claim();
    this.handIn.key = row.key || null;
    this.current = this.firstQuestion(row.position);
    const open = attempt.state === "open";
    const renumbered = this.answers.load(attempt, open ? kept : kept.filter((record) => !record.confirmed));
    if (renumbered.length) await this.store.keep(renumbered);

    this.buildParts();
    this.listen();
    if (open) this.showQuestion({ focus: false });
    this.refresh();
    this.queue.soon();
    if (open && navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  }

  firstQuestion(position) {
    const asked = location.hash.match(/^#question-(\d+)$/);
    const n = Number(asked ? asked[1] : position) || 1;
    return Math.min(Math.max(n, 1), Math.max(this.total, 1));
  }

  buildParts() {
    const { answers } = this;
    const go = (n) => this.go(n);
    this.status = new StatusLine({ ...this, act: (level) => this.act(level) });
    this.question = new QuestionView({ ...this, changed: (n, fields, pause) => this.changed(n, fields, pause), settle: () => this.queue.soon() });
    this.sheet = new Sheet({ ...this, go, check: () => this.showCheck(), current: () => this.current });
    this.check = new CheckScreen({ ...this, tapped: (id, act) => this.tapped(id, act), go: (n) => this.go(n, { returning: true }), cancel: () => this.cancelCheck() });
    this.end = new EndScreen(this);
    this.signIn = new SignIn({ ...this, signedIn: () => this.refresh() });
    this.face = new ClockFace({ ...this, total: this.attempt.duration || this.clock.left(), counts: () => answers.counts(), up: (isUp) => this.timeIsUp(isUp) });
    this.comfort = new Comfort(this);
    this.leaving = new Leaving({ ...this, isFree: () => this.isReadOnly() || this.screen === "end", closeTop: () => this.closeTop(), home: this.attempt.urls.home });
    new Shortcuts({ ...this, move: (step) => this.move(step), flag: () => this.toggleFlag(), isBusy: () => this.screen !== "question" || document.querySelector("dialog[open]") });
  }

  listen() {
    this.tapped("previous", () => this.move(-1));
    this.tapped("next", () => (this.current === this.total ? this.showCheck() : this.move(1)));
    find("flag").addEventListener("click", () => this.toggleFlag());
    find("return-to-check").addEventListener("click", () => this.showCheck());
    window.addEventListener("online", () => this.wake());
    window.addEventListener("pageshow", (event) => event.persisted && this.cameBack());
    window.addEventListener("pagehide", () => this.wentAway());
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.hide() : this.cameBack()));
  }

  /* A button of the bar. What is tapped in the first moment of a screen was meant for the one before, whose button lay at the
     same place: it must not skip a question, and 检查并交卷 must not become 确认交卷. */
  tapped(id, act) {
    find(id).addEventListener("click", () => {
      if (performance.now() - this.shownAt >= SAME_TAP) act();
    });
  }

  /* --- answering ---------------------------------------------------------------------------------------------------- */

  isReadOnly() {
    return ["taken_over", "other_page", "closed"].includes(this.queue.state);
  }

  isLocked() {
    return this.isReadOnly() || this.timeUp || ["sending", "done"].includes(this.handIn.stage);
  }

  /* The phone first, then the network; a phone that cannot keep it must not hold up the network. */
  async changed(n, fields, pause) {
    if (this.isLocked()) return;
    const record = this.answers.change(n, fields, this.clock.now());
    this.refresh();
    const outcome = await this.store.keep([record]);
    if (outcome === "lost") this.gaveWay();
    else this.queue.soon(pause);
  }

  toggleFlag() {
    this.changed(this.current, { flagged: !this.answers.isFlagged(this.current) }, 0);
  }

  /* --- moving ------------------------------------------------------------------------------------------------------- */

  move(step) {
    const n = this.current + step;
    if (n >= 1 && n <= this.total) this.go(n);
  }

  go(n, { returning = this.returning } = {}) {
    this.handIn.cancel();
    this.returning = returning;
    this.current = n;
    this.store.note({ position: n });
    this.queue.soon();
    this.showQuestion();
    this.refresh();
  }

  show(screen) {
    this.screen = screen;
    this.shownAt = performance.now();
    find("stage").hidden = screen !== "question";
    find("check").hidden = screen !== "check";
    find("end").hidden = screen !== "end";
    find("bar-question").hidden = screen !== "question";
    find("bar-check").hidden = screen !== "check";
    find("bar-end").hidden = screen !== "end";
    find("side").hidden = screen === "end" || !this.sheet.wide.matches;
    find("return").hidden = screen !== "question" || !this.returning;
  }

  showQuestion({ focus = true } = {}) {
    this.comfort.stopReading();
    this.show("question");
    this.question.show(this.current, { focus });
    this.comfort.readAloud();
  }

  showCheck() {
    this.comfort.stopReading();
    this.queue.soon();
    this.returning = false;
    this.show("check");
    this.refresh();
    window.scrollTo(0, 0);
    find("check-title").focus({ preventScroll: true });
  }

  cancelCheck() {
    if (this.handIn.cancel()) this.go(this.current, { returning: false });
  }

  /* For the Back button: true when something was open and is closed now. */
  closeTop() {
    const open = document.querySelector("dialog[open]");
    if (open) closeDialog(open);
    else if (this.screen === "check") this.cancelCheck();
    else return false;
    return true;
  }

  /* --- drawing ------------------------------------------------------------------------------------------------------ */

  refresh() {
    if (!this.leaving) return; // still being built
    this.handIn.step();
    if (this.queue.state === "closed" && this.handIn.stage !== "done") this.closed();
    this.status.refresh();
    this.question.lock(this.isLocked());
    this.drawPlace();
    if (this.sheet.isOpen() || this.sheet.wide.matches) this.sheet.refresh();
    if (this.screen === "check") this.check.refresh();
    if (this.screen === "end") this.drawEnd();
  }

  drawPlace() {
    const { answered, total } = this.answers.counts();
    const place = find("place");
    const text = [word("place", { number: this.current, total }), word("place_answered", { answered })];
    if (place.dataset.shown !== text.join()) {
      place.dataset.shown = text.join();
      place.textContent = "";
      place.append(build("span", {}, text[0]), build("span", { class: "place__dot", "aria-hidden": "true" }, " · "), build("span", {}, text[1]));
    }
    const flagged = this.answers.isFlagged(this.current);
    find("flag").hidden = false;
    find("flag").disabled = this.isLocked();
    find("flag").setAttribute("aria-pressed", String(flagged));
    set(find("flag-text"), word(flagged ? "flagged" : "flag"));
    find("previous").disabled = this.current === 1;
    set(find("next"), word(this.current === this.total ? "check" : "next"));
    find("sheet-check").hidden = this.isLocked();
    find("next").disabled = this.current === this.total && this.isLocked();
  }

  /* --- other pages, other devices, signing in ------------------------------------------------------------------------ */

  gaveWay() {
    if (this.queue.state !== "open" && this.queue.state !== "signed_out") return;
    if (this.handIn.stage === "sending" || this.handIn.stage === "done") return;
    this.handIn.cancel();
    this.queue.state = "other_page";
    this.refresh();
  }

  async act(level) {
    if (level === "signed_out") this.signIn.open();
    else if (level === "closed") location.assign(this.queue.closing.result);
    else await this.continueHere(level === "taken_over");
  }

  async continueHere(takeOver) {
    const outcome = await this.queue.resume({ takeOver });
    if (outcome === "failed" && !takeOver) {
      this.queue.state = "open";
      await this.queue.rejoin(null);
    } else if (outcome === "failed") {
      this.status.tell(word("continue_failed"));
      return;
    } else if (outcome === "refused" || outcome === "stranger") {
      this.queue.state = "signed_out";
    }
    this.refresh();
  }

  rejoined() {
    if (this.queue.state === "open" && this.screen !== "check") this.showQuestion({ focus: false });
    this.face.tick();
    this.refresh();
  }

  extended(moved) {
    const minutes = Math.round(moved / 60000);
    if (minutes < 1) return;
    this.face.tick();
    this.status.tell(word("extended", { minutes, time: timeOfDay(this.clock.deadline) }));
  }

  /* --- the end ------------------------------------------------------------------------------------------------------ */

  timeIsUp(isUp) {
    if (isUp === this.timeUp || this.queue.state === "closed" || this.handIn.stage === "done") return;
    if (isUp && this.isReadOnly()) return;
    this.timeUp = isUp;
    if (isUp) {
      for (const dialog of document.querySelectorAll("dialog[open]")) if (dialog.id !== "sign-in") closeDialog(dialog);
      this.showEnd();
      this.queue.retryNow();
      this.handIn.begin();
      this.speech.now(word("time_up_handing_in"));
    } else {
      this.handIn.cancel();
      this.showQuestion();
      this.refresh();
    }
  }

  showEnd() {
    this.show("end");
    this.drawEnd();
    window.scrollTo(0, 0);
    find("end-title").focus({ preventScroll: true });
  }

  closed() {
    this.handIn.stage = "done";
    this.face.stop();
    for (const dialog of document.querySelectorAll("dialog[open]")) closeDialog(dialog);
    this.showEnd();
  }

  handedIn(data) {
    this.queue.closing = { message: data.message || "", result: data.result };
    this.queue.state = "closed";
    this.face.stop();
    this.store.forget();
    if (this.timeUp || (data.state === "closed" && data.message)) this.showEnd();
    else location.replace(data.result);
    this.refresh();
  }

  drawEnd() {
    const { queue, attempt } = this;
    const unsent = queue.pending().length;
    if (queue.state !== "closed") return this.end.draw(this.waitingEnd(unsent));
    if (!unsent && !this.forgotten) {
      this.forgotten = true;
      this.store.forget();
    }
    let title = word("closed_short");
    if (attempt.submitted_at) title = word("handed_in_at", { time: timeOfDay(attempt.submitted_at) });
    else if (attempt.state !== "open") title = word("handed_in");
    else if (this.timeUp) title = word("time_up_done");
    const lines = [];
    if (queue.closing.message && queue.closing.message !== title) lines.push(queue.closing.message);
    else if (queue.savedAt) lines.push(word("closed_long", { time: timeOfDay(queue.savedAt, { seconds: true }) }));
    if (queue.late.size) lines.push(word("late", { count: queue.late.size }));
    this.end.draw({ title, lines, tone: "neutral", state: unsent ? word("late_sending", { count: unsent }) : "", result: queue.closing.result });
    return undefined;
  }

  /* Time is up, and the server has not yet said that it has closed the attempt. */
  waitingEnd(unsent) {
    const lost = !this.queue.reached || this.queue.failures >= 2 || (this.queue.waitingSince !== null && performance.now() - this.queue.waitingSince >= 10000);
    if (this.queue.state === "signed_out") return { title: word("time_up"), lines: [this.status.long("signed_out")], tone: "err" };
    if (!lost) return { title: word("time_up_handing_in"), lines: [], tone: "neutral" };
    const text = unsent ? word("time_up_offline", { count: unsent }) : word("time_up_offline_sent");
    return { title: word("time_up"), lines: [text], tone: "warn" };
  }

  /* --- coming and going ----------------------------------------------------------------------------------------------- */

  hide() {
    this.clock.hide();
    this.queue.soon();
  }

  wentAway() {
    this.clock.hide();
    this.queue.partingShot();
  }

  wake() {
    this.queue.retryNow();
    this.handIn.retryNow();
  }

  async cameBack() {
    const missed = this.clock.missed();
    const reply = this.queue.lastReply;
    if (this.queue.state === "signed_out") await this.queue.resume();
    this.wake();
    if ((await this.store.keep([])) === "lost") this.gaveWay();
    this.refresh();
    // The server's word usually comes at once; without it the longer of the two clocks counts.
    setTimeout(() => {
      if (missed && this.queue.lastReply === reply) this.clock.assumeSlept(missed);
      this.face.tick();
    }, missed ? 3000 : 0);
  }
}

/* Signing in again without leaving: the sign-in page in a frame, and after each of its steps a look whether it worked. */
class SignIn {
  constructor({ queue, attempt, signedIn }) {
    Object.assign(this, { queue, attempt, signedIn });
    this.dialog = find("sign-in");
    this.frame = find("sign-in-frame");
    this.frame.addEventListener("load", () => this.dialog.open && this.look());
    find("sign-in-close").addEventListener("click", () => closeDialog(this.dialog));
    find("sign-in-window").href = attempt.urls.login;
  }

  open() {
    openDialog(this.dialog);
    this.frame.src = this.attempt.urls.login;
    find("sign-in-title").focus();
  }

  async look() {
    const outcome = await this.queue.resume();
    if (outcome === "stranger") set(find("sign-in-text"), word("sign_in_other", { candidate: this.attempt.candidate }));
    if (outcome === "refused" || outcome === "stranger" || outcome === "failed") return;
    closeDialog(this.dialog);
    this.frame.src = "about:blank";
    this.signedIn();
  }
}

/* How long the server's figures have been under way: since the first byte of the page came. */
function ageOfPage() {
  const [page] = performance.getEntriesByType("navigation");
  return page && page.responseStart > 0 ? performance.now() - page.responseStart : 0;
}

const room = new Room();
room.start();
