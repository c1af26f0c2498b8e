// Looks every two seconds how far the import is. Without scripts the page renews itself as a whole (uploads/_refresh.html).

const EVERY = 2000;

/** @param {Document} page */
function partOf(page) {
  return page.querySelector("[data-waiting]");
}

async function look() {
  const part = partOf(document);
  if (part === null) return;
  try {
    const reply = await fetch(location.href);
    if (reply.ok) {
      const fresh = partOf(new DOMParser().parseFromString(await reply.text(), "text/html"));
      if (fresh === null) {
        location.reload();
        return;
      }
      if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // The network is away; the next turn asks again.
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
