"use strict";

/* What is on this page: the newest record of each question. (epoch, sequence) orders them everywhere. */
class Answers {
  constructor(questions) {
    this.questions = questions;
    this.records = new Map();
    this.sequence = 0;
    this.epoch = 0;
  }

  /* Joins what the server holds with what the phone kept. A kept answer that the server lacks is sent (again); one of an
     older epoch fills a blank but never replaces what another device answered since. Gives back what changed its number. */
  load({ epoch, responses }, kept) {
    const held = new Map();
    for (const [n, itsEpoch, sequence, value, flagged] of responses) {
      held.set(n, { n, epoch: itsEpoch, sequence, value, flagged: Boolean(flagged), stamp: 0, confirmed: true });
    }
    const mine = new Map();
    for (const record of [...kept, ...this.records.values()]) {
      const { n, epoch: itsEpoch, sequence, value, flagged, stamp, confirmed } = record;
      const other = mine.get(n);
      if (!other || isNewer(record, other)) mine.set(n, { n, epoch: itsEpoch, sequence, value, flagged, stamp, confirmed });
    }
    this.epoch = epoch;
    for (const record of [...held.values(), ...mine.values()]) this.sequence = Math.max(this.sequence, record.sequence);

    this.records = held;
    const renumbered = [];
    for (const record of [...mine.values()].sort((a, b) => a.sequence - b.sequence)) {
      const other = held.get(record.n);
      if (other && !isNewer(record, other)) continue;
      record.confirmed = false;
      if (record.epoch !== epoch) {
        record.epoch = epoch;
        record.sequence = ++this.sequence;
        renumbered.push(record);
      }
      held.set(record.n, record);
    }
    return renumbered;
  }

  change(n, fields, stamp) {
    const before = this.records.get(n) || { n, value: null, flagged: false };
    const record = { ...before, ...fields, epoch: this.epoch, sequence: ++this.sequence, stamp, confirmed: false };
    this.records.set(n, record);
    return record;
  }

  confirm(n, sequence) {
    const record = this.records.get(n);
    if (!record || record.sequence !== sequence) return null;
    record.confirmed = true;
    return record;
  }

  unsent() {
    return [...this.records.values()].filter((record) => !record.confirmed).sort((a, b) => a.sequence - b.sequence);
  }

  value(n) {
    const record = this.records.get(n);
    return record ? record.value : null;
  }

  isFlagged(n) {
    const record = this.records.get(n);
    return Boolean(record && record.flagged);
  }

  isUnsent(n) {
    const record = this.records.get(n);
    return Boolean(record && !record.confirmed);
  }

  isAnswered(n) {
    const value = this.value(n);
    if (Array.isArray(value)) return value.some((part) => part !== "");
    return value !== null && value !== "";
  }

  isPartly(n) {
    const value = this.value(n);
    const { isPartly } = typeOf(this.questions[n - 1]);
    return Boolean(isPartly) && this.isAnswered(n) && isPartly(value);
  }

  numbers(test) {
    return this.questions.map((question) => question.n).filter(test);
  }

  counts() {
    const answered = this.numbers((n) => this.isAnswered(n)).length;
    const flagged = this.numbers((n) => this.isFlagged(n)).length;
    return { answered, open: this.questions.length - answered, flagged, unsent: this.unsent().length, total: this.questions.length };
  }
}

function isNewer(one, other) {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.sequence > other.sequence);
}
