// Finds every page a person can reach by links, one or two of each kind, so that a new page is looked at without being listed.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Addresses that are files or leave the session, not pages. */
const NOT_PAGES = /^\/(static|api|logout|login\/sso|metrics|openapi|menu)|\.(css|csv|xlsx|zip|pdf|json|txt|js)$|\/body$|\/export|\/files\//;

/** Parts of an address that choose among pages that differ; any other part only names a record. */
const CHOOSING = new Set(['mode', 'what']);

/** The addresses of pages, as the program registers them: `/rma/{number}`. */
function registered() {
  const found = new Set();
  const look = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) look(join(folder, entry.name));
      else if (entry.name.endsWith('.rs')) {
        const text = readFileSync(join(folder, entry.name), 'utf8');
        for (const [, path] of text.matchAll(/\.route\(\s*"([^"]+)",\s*web::get\(\)/g)) found.add(path);
        for (const [, path] of text.matchAll(/web::resource\("([^"]+)"\)\s*\.(?:name\([^)]*\)\.)?route\(web::get\(\)/g)) found.add(path);
      }
    }
  };
  look(resolve(import.meta.dirname, '../../src/web/serve'));
  return [...found].filter(path => !NOT_PAGES.test(path));
}

const PATTERNS = registered()
  .map(path => ({ path, parts: path.split('/') }))
  // A fixed part goes before one that stands for anything: `/rma/new` is not an RMA.
  .sort((a, b) => a.parts.filter(p => p.startsWith('{')).length - b.parts.filter(p => p.startsWith('{')).length);

/** Pages of one kind differ in the record they show: `/rma/RMA-1` and `/rma/RMA-2`. */
export function kind(path) {
  const parts = path.split('/');
  const fits = one => one.parts.length === parts.length && one.parts.every((part, at) => part.startsWith('{') || part === parts[at]);
  const pattern = PATTERNS.find(fits);
  if (!pattern) return path.replace(/[^/]*\d[^/]*/g, '#');
  return pattern.parts.map((part, at) => (CHOOSING.has(part.slice(1, -1)) ? parts[at] : part)).join('/');
}

/** Addresses of this kind, of which there is none among these: pages nobody came to. */
export function missed(kinds) {
  const met = new Set(kinds);
  return PATTERNS.map(one => one.path).filter(path => !path.split('/').some(part => CHOOSING.has(part.slice(1, -1))) && !met.has(path));
}

/**
 * Goes to every page from `start` on, breadth first; `see(path)` loads the page and looks at it. Gives the paths it saw.
 * Views of one page (`?view=risk`) count as states of it: `views` of each kind are seen besides the plain one.
 */
export async function walk(person, see, { perKind = 1, views = 0, start = ['/'] } = {}) {
  const waiting = [...start], met = new Set(start), count = new Map(), seen = [];
  while (waiting.length) {
    const path = waiting.shift();
    if (!(await see(path, waiting.length))) continue;
    seen.push(path);
    const here = new URL(person.page.url());
    const links = await person.page.$$eval('a[href]', all => all.map(a => a.href));
    for (const link of links) {
      const url = new URL(link);
      const path = url.pathname + url.search;
      if (url.origin !== here.origin || met.has(path) || NOT_PAGES.test(url.pathname)) continue;
      // A page already seen plainly comes again in a view of it; one that only ever stands in a view, once.
      const of = `${kind(url.pathname)}${url.search && met.has(url.pathname) ? '?' : ''}`;
      if ((count.get(of) ?? 0) >= (of.endsWith('?') ? views : perKind)) continue;
      met.add(path);
      met.add(url.pathname);
      count.set(of, (count.get(of) ?? 0) + 1);
      waiting.push(path);
    }
  }
  return seen;
}
