"use strict";

/* Plain scripts, loaded in order and sharing one global scope, written for Chromium 80: no build step stands between this text
   and the phone. All sentences come translated from the page's <template data-words>. */

const words = {};
for (const list of document.querySelectorAll("template[data-words]")) {
  for (const entry of list.content.querySelectorAll("[data-word]")) words[entry.dataset.word] = entry.textContent.trim();
}

/* What draws each type of question that is on the paper: its own script writes itself in here (docs/exam-room.md). */
const questionTypes = {};

function typeOf(question) {
  return questionTypes[question.type];
}

function word(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_whole, key) => values[key]);
}

function find(id) {
  return document.getElementById(id);
}

function build(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", "#i-" + name);
  svg.append(use);
  return svg;
}

/* The organiser's time zone, not the phone's: 10:30 is 10:30 for everyone in the sitting. */
function timeOfDay(milliseconds, { seconds = false } = {}) {
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone };
  if (seconds) shape.second = "2-digit";
  return new Intl.DateTimeFormat("zh-CN", shape).format(milliseconds);
}

function openDialog(dialog) {
  if (dialog.open) return;
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}

function closeDialog(dialog) {
  if (!dialog.open) return;
  if (dialog.close) dialog.close();
  else dialog.removeAttribute("open");
}
