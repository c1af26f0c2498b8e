"use strict";

/* Text size, colours, hidden time, keyboard, reading aloud, a screen that stays on. */
function remembered(name) {
  try {
    return localStorage.getItem("room-" + name);
  } catch (_error) {
    return null;
  }
}

function remember(name, value) {
  try {
    localStorage.setItem("room-" + name, value);
  } catch (_error) {
    // Private mode: the choice holds until the page is closed.
  }
}

class Comfort {
  constructor({ face, question }) {
    Object.assign(this, { face, question });
    this.dialog = find("comfort");
    this.root = document.documentElement;
    find("open-comfort").addEventListener("click", () => this.open());
    find("comfort-close").addEventListener("click", () => closeDialog(this.dialog));
    this.choices("text-size", "size", (value) => this.keepInProfile(value));
    this.choices("theme", "theme", (value) => this.keepTheme(value));
    this.tick("hide-time", "hide-time", (on) => {
      this.face.hidden = on;
      this.face.tick();
    });
    this.tick("use-keys", "keys", (on) => (this.keys = on));
    this.wakeLock();
  }

  open() {
    openDialog(this.dialog);
    find("comfort-title").focus();
  }

  choices(name, attribute, keep) {
    for (const input of this.dialog.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = this.root.dataset[attribute] === input.value;
      input.addEventListener("change", () => {
        this.root.dataset[attribute] = input.value;
        keep(input.value);
      });
    }
  }

  tick(id, name, apply) {
    const box = find(id);
    box.checked = remembered(name) === "yes";
    apply(box.checked);
    box.addEventListener("change", () => {
      remember(name, box.checked ? "yes" : "no");
      apply(box.checked);
    });
  }

  /* In the person's profile, so that the next page comes in this size; without a network it holds for this page. */
  keepInProfile(size) {
    this.post(document.body.dataset.textSizeUrl, { text_size: size });
  }

  keepTheme(theme) {
    this.post(document.body.dataset.themeUrl, { theme });
  }

  post(url, fields) {
    if (!url) return;
    const body = new URLSearchParams({ next: location.pathname, ...fields });
    fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrfToken() }, credentials: "same-origin", redirect: "manual" }).catch(() => {});
  }

  /* Where the phone has a Chinese voice. */
  readAloud() {
    const button = this.question.reader;
    if (!window.speechSynthesis) return;
    const show = () => {
      button.hidden = !this.voice();
    };
    show();
    speechSynthesis.onvoiceschanged = show;
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) return this.stopReading();
      const speech = new SpeechSynthesisUtterance(this.question.text());
      speech.lang = "zh-CN";
      speech.voice = this.voice();
      speech.onend = speech.onerror = () => this.labelReader("read_aloud");
      this.labelReader("stop_reading");
      speechSynthesis.speak(speech);
    });
  }

  voice() {
    return speechSynthesis.getVoices().find((voice) => /^(zh|cmn)/i.test(voice.lang)) || null;
  }

  stopReading() {
    if (!window.speechSynthesis) return;
    speechSynthesis.cancel();
    this.labelReader("read_aloud");
  }

  labelReader(name) {
    if (this.question.reader) set(this.question.reader.lastChild, word(name));
  }

  wakeLock() {
    const ask = async () => {
      if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
      try {
        await navigator.wakeLock.request("screen");
      } catch (_error) {
        // Low battery: the phone decides.
      }
    };
    document.addEventListener("visibilitychange", ask);
    ask();
  }
}

/* Off until switched on in the settings: a screen reader's keys come first. */
class Shortcuts {
  constructor({ comfort, move, flag, question, face, isBusy }) {
    document.addEventListener("keydown", (event) => {
      if (!comfort.keys || event.ctrlKey || event.altKey || event.metaKey || isBusy()) return;
      const target = event.target;
      if (target.matches("input[type=text], textarea, select")) return;
      const arrows = { ArrowLeft: -1, ArrowRight: 1 };
      const letter = event.key.toUpperCase();
      if (arrows[event.key] && !target.matches("input[type=radio]")) move(arrows[event.key]);
      else if (event.key === "?") comfort.open();
      else if (letter === "M") flag();
      else if (letter === "T") face.sayNow();
      else if (/^[A-F]$/.test(letter)) question.choose(letter.charCodeAt(0) - 65);
      else return;
      event.preventDefault();
    });
  }
}
