"use strict";

/* The phone's copy: one record per question in IndexedDB, a bridge until the server has confirmed it.
   The attempt's row names the page ("tab") that works; a page that lost that place writes nothing. */
const DATABASE = "grid-eclass-exam";
const SIXTY_DAYS = 60 * 86400000;

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => reject(transaction.error || new Error("aborted"));
    transaction.onerror = () => {};
  });
}

function within(milliseconds, promise) {
  const late = new Promise((_resolve, reject) => setTimeout(() => reject(new Error("too slow")), milliseconds));
  return Promise.race([promise, late]);
}

class Store {
  constructor(code) {
    this.code = code;
    this.page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.works = true;
    this.base = null;
    this.heard = () => {}; // another page of this browser took the place
    this.changed = () => {};
    if (window.BroadcastChannel) {
      this.channel = new BroadcastChannel(DATABASE + ":" + code);
      this.channel.onmessage = (event) => {
        if (event.data.page !== this.page) this.heard(event.data);
      };
    }
  }

  async open() {
    try {
      this.base = await within(3000, this.request());
      this.base.onversionchange = () => this.base.close();
      this.base.onclose = () => this.report(false);
    } catch (_error) {
      this.report(false);
    }
  }

  request() {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("answers", { keyPath: ["code", "n"] });
      opening.result.createObjectStore("attempts", { keyPath: "code" });
    };
    return settled(opening);
  }

  report(works) {
    if (this.works === works) return;
    this.works = works;
    this.changed();
  }

  transaction(names) {
    if (!this.base) throw new Error("no database");
    // "strict": on the disk before it counts as kept, so that a dead battery loses nothing.
    return this.base.transaction(names, "readwrite", { durability: "strict" });
  }

  all() {
    return IDBKeyRange.bound([this.code, 0], [this.code, Infinity]);
  }

  /* This page becomes the one that works; gives back what the phone holds. */
  async claim() {
    try {
      const transaction = this.transaction(["attempts", "answers"]);
      const done = committed(transaction);
      const attempts = transaction.objectStore("attempts");
      const reading = settled(transaction.objectStore("answers").getAll(this.all()));
      const row = (await settled(attempts.get(this.code))) || { code: this.code };
      attempts.put({ ...row, page: this.page, opened: Date.now() });
      const kept = await reading;
      await within(3000, done);
      this.report(true);
      this.announce();
      return { row, kept };
    } catch (_error) {
      this.report(false);
      this.announce();
      return { row: {}, kept: [] };
    }
  }

  announce() {
    if (this.channel) this.channel.postMessage({ page: this.page });
  }

  /* "kept", "lost" (another page works now) or "failed". */
  async keep(records) {
    let lost = false;
    try {
      const transaction = this.transaction(["attempts", "answers"]);
      const done = committed(transaction);
      transaction.objectStore("attempts").get(this.code).onsuccess = (event) => {
        const row = event.target.result;
        lost = Boolean(row && row.page !== this.page);
        if (lost) transaction.abort();
      };
      const answers = transaction.objectStore("answers");
      for (const record of records) answers.put({ code: this.code, ...record });
      await within(4000, done);
      this.report(true);
      return "kept";
    } catch (_error) {
      if (lost) return "lost";
      this.report(false);
      return "failed";
    }
  }

  /* Confirmed by the server; a newer answer to the same question stays unconfirmed. */
  async confirm(records) {
    try {
      const answers = this.transaction(["answers"]).objectStore("answers");
      for (const { n, epoch, sequence } of records) {
        answers.get([this.code, n]).onsuccess = (event) => {
          const record = event.target.result;
          if (record && record.epoch === epoch && record.sequence === sequence) answers.put({ ...record, confirmed: true });
        };
      }
    } catch (_error) {
      this.report(false);
    }
  }

  async note(fields) {
    try {
      const attempts = this.transaction(["attempts"]).objectStore("attempts");
      attempts.get(this.code).onsuccess = (event) => attempts.put({ code: this.code, ...event.target.result, ...fields });
    } catch (_error) {
      // Only the place in the paper and the hand-in key: the answers' own writes report a full phone.
    }
  }

  /* After the result is certain; and whatever two months of other exams left behind. */
  async forget() {
    try {
      const transaction = this.transaction(["attempts", "answers"]);
      const attempts = transaction.objectStore("attempts");
      const answers = transaction.objectStore("answers");
      answers.delete(this.all());
      attempts.delete(this.code);
      attempts.getAll().onsuccess = (event) => {
        for (const row of event.target.result) {
          if (Date.now() - row.opened < SIXTY_DAYS) continue;
          attempts.delete(row.code);
          answers.delete(IDBKeyRange.bound([row.code, 0], [row.code, Infinity]));
        }
      };
      await committed(transaction);
    } catch (_error) {
      // Nothing depends on it.
    }
  }
}
