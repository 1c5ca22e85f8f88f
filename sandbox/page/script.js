// The page reads well without this: it only marks in the sidebar what is being read.
const sidebar = document.querySelector("nav");
const links = new Map([...sidebar.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
const inView = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) inView[isIntersecting ? "add" : "delete"](target.id);
  const current = [...links.keys()].find((id) => inView.has(id));
  for (const [id, link] of links) {
    if (id !== current) link.removeAttribute("aria-current");
    else link.setAttribute("aria-current", "true");
  }
  if (current) sidebar.scrollLeft = links.get(current).offsetLeft - 60;
}, { rootMargin: "-90px 0px -60% 0px" });
for (const section of document.querySelectorAll("section[id]")) watcher.observe(section);
