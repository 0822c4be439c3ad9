// Walks every page a person can reach by links, one or two of each kind, so that a new page is looked at without being listed.
import { Complaint } from './browser.mjs';

/** Addresses that are files or leave the session, not pages. */
const NOT_PAGES = /^\/(static|api|logout|login\/sso|metrics|openapi)|\.(csv|xlsx|zip|pdf|json|txt)$|\/body$|\/export/;

/** Pages of one kind differ in a number or in what comes after their second part: `/rma/RMA-1` and `/rma/RMA-2`. */
function kind(path) {
  const parts = path.split('/').slice(1).map(part => (/\d/.test(part) ? '#' : part));
  return parts.length > 2 ? `/${parts.slice(0, 2).join('/')}/*${parts.length}` : `/${parts.join('/')}`;
}

/** Visits pages from `start` on, breadth first; calls `see(path)` on each. */
export async function walk(person, see, { perKind = 2, start = ['/'], complain } = {}) {
  const waiting = [...start], met = new Set(start.map(p => new URL(p, 'http://x').pathname)), count = new Map(), seen = [];
  while (waiting.length) {
    const path = waiting.shift();
    await person.goto(path).catch(error => {
      if (!(error instanceof Complaint)) throw error;
      complain(error.message);
    });
    if (!new URL(person.page.url()).pathname.startsWith('/login') || path.startsWith('/login')) await see(path);
    seen.push(path);
    const links = await person.page.$$eval('a[href]', all => all.map(a => a.href));
    for (const link of links) {
      const url = new URL(link);
      if (url.origin !== new URL(person.page.url()).origin || met.has(url.pathname) || NOT_PAGES.test(url.pathname)) continue;
      const of = kind(url.pathname);
      if ((count.get(of) ?? 0) >= perKind) continue;
      met.add(url.pathname);
      count.set(of, (count.get(of) ?? 0) + 1);
      waiting.push(url.pathname + url.search);
    }
  }
  return seen;
}
