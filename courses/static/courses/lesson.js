"use strict";
// One card at a time. Without this script the cards stand one below the other and everything still works.
// It is read before the page is drawn, so that cards which will be put away are never seen and nothing jumps.
document.documentElement.classList.add("has-scripts");
document.addEventListener("DOMContentLoaded", function () {
  var lesson = document.querySelector("[data-lesson]");
  if (!lesson) return;
  var cards = Array.prototype.slice.call(lesson.querySelectorAll("[data-card]"));
  // Beside the editor all cards stay in view: Wagtail counts and checks only what is seen.
  if (cards.length < 2 || "allCards" in lesson.dataset) return;
  var words = lesson.dataset;
  var token = lesson.querySelector("input[name=csrfmiddlewaretoken]");
  var current = 0;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    node.className = className;
    if (text) node.textContent = text;
    return node;
  }

  var bar = make("div", "lesson__bar");
  var previous = make("button", "button", words.labelPrevious);
  var place = make("span", "lesson__place");
  var next = make("button", "button button--primary", words.labelNext);
  previous.type = next.type = "button";
  place.setAttribute("role", "status");
  var seen = make("span", "", "");
  var spoken = make("span", "visually-hidden", "");
  seen.setAttribute("aria-hidden", "true");
  place.appendChild(seen);
  place.appendChild(spoken);
  [previous, place, next].forEach(function (node) { bar.appendChild(node); });
  document.body.appendChild(bar);
  document.body.classList.add("has-bar");
  lesson.classList.add("lesson--cards");

  function remember() {
    if (!words.positionUrl || !token) return;
    var body = new URLSearchParams();
    body.set("position", String(current));
    fetch(words.positionUrl, {
      method: "POST", body: body, keepalive: true, credentials: "same-origin",
      headers: { "X-CSRFToken": token.value }
    }).catch(function () { /* the place is a comfort; the next card tries again */ });
  }

  function show(index, focus) {
    current = Math.max(0, Math.min(index, cards.length - 1));
    cards.forEach(function (card, i) { card.hidden = i !== current; });
    previous.disabled = current === 0;
    next.hidden = current === cards.length - 1;
    seen.textContent = current + 1 + " / " + cards.length;
    spoken.textContent = words.labelOf.replace("%(n)s", String(current + 1)).replace("%(total)s", String(cards.length));
    if (window.speechSynthesis) window.speechSynthesis.cancel();
    if (focus) {
      var heading = cards[current].querySelector("h2, legend") || cards[current];
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  }

  function go(index) {
    if (index === current) return;
    show(index, true);
    history.replaceState({ card: current }, "");
    remember();
  }
  previous.addEventListener("click", function () { go(current - 1); });
  next.addEventListener("click", function () { go(current + 1); });

  cards.forEach(function (card) {
    var form = card.querySelector("[data-check]");
    if (!form) return;
    form.addEventListener("submit", function (event) {
      var verdict = form.querySelector("[data-verdict]");
      event.preventDefault();
      if (!form.querySelector("input[name=option]:checked")) {
        tell(verdict, "warn", words.labelChoose, "");
        return;
      }
      fetch(form.action, {
        method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin",
        headers: { Accept: "application/json" }
      }).then(function (reply) {
        var json = (reply.headers.get("Content-Type") || "").indexOf("application/json") === 0;
        return json ? reply.json() : {};
      }).then(function (data) {
        if (data.message) tell(verdict, "warn", data.message, "");
        else if (!data.title) tell(verdict, "warn", words.labelSignedOut, "");  // the sign-in page came instead
        else tell(verdict, data.right ? "ok" : "err", data.title, data.explanation || data.feedback, data.clause, data.clause_url);
        if (data.right) answered(card.id);
      }).catch(function () { tell(verdict, "warn", words.labelOffline, ""); });
    });
  });

  // The last card lists what is still to be answered; a link there opens its card.
  function answered(id) {
    var link = lesson.querySelector('.lesson__missing[href="#' + id + '"]');
    if (link) link.remove();
    var list = lesson.querySelector("[data-missing]");
    if (list && !list.querySelector("a")) list.remove();
  }
  lesson.addEventListener("click", function (event) {
    var link = event.target.closest(".lesson__missing");
    if (!link) return;
    event.preventDefault();
    go(cards.indexOf(document.getElementById(link.getAttribute("href").slice(1))));
  });

  // "error" does not bubble, so it is caught on the way down.
  lesson.addEventListener("error", function (event) {
    var picture = event.target;
    if (picture.tagName !== "IMG" || picture.nextElementSibling && picture.nextElementSibling.matches(".lesson__again")) return;
    var box = make("p", "notice notice--warn lesson__again", words.labelPicture + " ");
    var again = make("button", "button", words.labelAgain);
    again.type = "button";
    again.addEventListener("click", function () {
      box.remove();
      var address = picture.getAttribute("src");
      picture.removeAttribute("src");
      picture.setAttribute("src", address);
    });
    box.appendChild(again);
    picture.insertAdjacentElement("afterend", box);
  }, true);

  function tell(verdict, tone, title, text, clause, url) {
    verdict.textContent = "";
    var box = make("div", "notice notice--" + tone);
    box.appendChild(make("strong", "", title));
    if (text) box.appendChild(make("p", "", text));
    if (clause && url) {
      var link = make("a", "", clause);
      link.href = url;
      box.appendChild(link);
    }
    verdict.appendChild(box);
    box.scrollIntoView({ block: "nearest" });
  }

  // The phone's own voice, where it has a Chinese one; nothing is downloaded.
  var speech = window.speechSynthesis;
  var tools = make("div", "lesson__tools", "");  // the list of voices comes late; room for the button is kept
  lesson.appendChild(tools);
  function offerVoice() {
    if (lesson.querySelector(".lesson__listen")) return;
    var voice = speech.getVoices().filter(function (v) { return /^zh/i.test(v.lang); })[0];
    if (!voice) return;
    var listen = make("button", "button lesson__listen", words.labelListen);
    listen.type = "button";
    tools.appendChild(listen);
    listen.addEventListener("click", function () {
      if (speech.speaking) { speech.cancel(); listen.textContent = words.labelListen; return; }
      var said = new SpeechSynthesisUtterance(cards[current].innerText);
      said.lang = voice.lang;
      said.voice = voice;
      said.onend = function () { listen.textContent = words.labelListen; };
      listen.textContent = words.labelStop;
      speech.speak(said);
    });
  }
  if (speech) {
    offerVoice();
    if (speech.addEventListener) speech.addEventListener("voiceschanged", offerVoice);
  }

  var start = Number(words.position) || 0;
  var named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named && cards.indexOf(named) >= 0) {
    start = cards.indexOf(named);
    // Without its name the browser does not scroll to the card: the message that sent the person here stands above it.
    history.replaceState({ card: start }, "", location.pathname);
    window.scrollTo(0, 0);
  }
  if (history.state && typeof history.state.card === "number") start = history.state.card;
  show(start, false);
});
