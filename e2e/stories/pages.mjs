// Every page of every role: no violation of axe, nothing on the console, no sideways scrolling.
//
// CI looks at one page of each kind in two of the eight manners (two sizes, two colour schemes, two languages). E2E_ALL=1
// looks at all eight, at several views of each page, and at what is folded away. A page is loaded once for a language; size
// and colours change on the page as it stands. E2E_PART=2/4 takes a quarter of the work, E2E_WORKERS says how many look at once.
import { availableParallelism } from 'node:os';
import { Complaint } from '../lib/browser.mjs';
import { kind, missed, walk } from '../lib/walk.mjs';

const ALL = Boolean(process.env.E2E_ALL);
// The largest first; the languages of one role one after the other: the language is kept with the person, not the window.
const ROLES = ['admin', 'manager', 'clerk', 'engineer', 'technician', 'customer', null];
const SAME = ['admin', 'manager'];
const LANGUAGES = ['zh-CN', 'en'];
const WORKERS = Number(process.env.E2E_WORKERS ?? availableParallelism());
const WORDS_OF_A_KEY = /^[a-z]+-[a-z-]+$|^[a-z]+-[a-z-]+ · |\{ ?\$/;

/** The manners a page is looked at in, in this language. The first is the one it is loaded in. */
function manners(lang) {
  const each = ['desk', 'phone'].flatMap(size => ['light', 'dark'].map(theme => ({ size, theme })));
  return ALL ? each : [each[lang === 'en' ? 3 : 0]];
}

/** Pages reached without a sign-in. */
const OUTSIDE = ['/login', '/login/code', '/forgot', '/track', '/request', '/request/sent'];
/** Pages no link leads to: what was typed is looked for, a menu or a form led there, or they lead on at once. */
const TYPED = ['/', '/start', '/find?q=nothing-of-this', '/report', '/scan/ship/send'];
const STARTS = { admin: TYPED, manager: TYPED, clerk: ['/', '/scan/ship/send'], customer: ['/', '/rma/ask'] };

class Look {
  found = [];
  pages = 0;
  kinds = new Set();
  shared = new Set();
  began = Date.now();

  /** Says what is wrong as soon as it is known. */
  tell(text) {
    this.found.push(text);
    console.log(`    ! ${text}`);
  }

  /** Whether CI's sample has this kind of page already: an administrator and a manager see the same ones. */
  isKnown(job, path) {
    if (ALL || !SAME.includes(job.role) || path === '/') return false;
    const key = `${job.lang} ${kind(new URL(path, 'http://x').pathname)}`;
    const known = this.shared.has(key);
    this.shared.add(key);
    return known;
  }

  /** One page, in every manner of its language. Whether there was a page. */
  async page(one, job, path) {
    if (this.isKnown(job, path)) return false;
    const said = `${job.role ?? 'nobody'} ${job.lang}`;
    const here = () => kind(new URL(one.page.url()).pathname);
    const complain = error => {
      if (!(error instanceof Complaint)) throw error;
      this.tell(`${said} ${path}: ${error.message}`);
    };
    const [first, ...rest] = manners(job.lang);
    await one.appears(first);
    await one.goto(path).catch(complain);
    if (one.page.url().includes('/login') && !path.startsWith('/login')) return false;
    this.pages += 1;
    // One that leads on is come to, too.
    this.kinds.add(kind(new URL(path, one.page.url()).pathname)).add(here());
    const title = await one.page.title();
    if (!title || WORDS_OF_A_KEY.test(title)) this.tell(`${said} ${path}: title "${title}"`);
    for (const manner of [first, ...rest]) {
      const name = `${said} ${manner.size} ${manner.theme} ${path}`;
      if (manner !== first) await one.appears(manner);
      await one.look().catch(complain);
      // The first of a size is looked at by every rule; the same page in the same size, but dark, by those about colours.
      const colours = manner !== first && manner.theme === 'dark';
      for (const violation of await one.axe({ colours })) this.tell(`${name}: ${violation}`);
    }
    // Tables and lanes are tightest on a small laptop, and in English.
    for (const size of ['laptop', 'tablet']) {
      await one.appears({ size, theme: 'light' });
      await one.look().catch(complain);
    }
    await one.fits().catch(complain);
    if (ALL) await this.folds(one, said, path, complain);
    return true;
  }

  /** What is folded away on the page: every fold open at once, on the phone in light colours. */
  async folds(one, said, path, complain) {
    await one.appears({ size: 'phone', theme: 'light' });
    const opened = await one.page.$$eval('main details:not([open]):not(.menu)', all => all.map(fold => fold.setAttribute('open', '')).length);
    if (!opened) return;
    await one.look().catch(complain);
    for (const violation of await one.axe()) this.tell(`${said} phone light ${path}, unfolded: ${violation}`);
  }

  /** All pages of one role, in one language after the other. */
  async role(person, role) {
    for (const lang of LANGUAGES) await this.job(person, { role, lang });
  }

  async job(person, job) {
    const one = await person({ ...manners(job.lang)[0], lang: job.lang, resizes: true });
    let pages = 0;
    const see = async (path, waiting) => {
      const seen = await this.page(one, job, path);
      pages += seen;
      if (seen && pages % 25 === 0) console.log(`    ${job.role ?? 'nobody'} ${job.lang}: ${pages} of ${pages + waiting} pages known, ${manners(job.lang).length} manners each, after ${((Date.now() - began) / 1000).toFixed(0)} s`);
      return seen;
    };
    const began = Date.now();
    try {
      if (job.role) await one.signIn(job.role);
      await walk(one, see, { start: job.role ? (STARTS[job.role] ?? ['/']) : OUTSIDE, perKind: 1, views: ALL ? 2 : 0 });
    } catch (error) {
      this.tell(`${job.role} ${job.lang}: ${error.message}`);
    }
    await one.leave();
    console.log(`    ${job.role ?? 'nobody'} ${job.lang}: ${pages} pages in ${((Date.now() - began) / 1000).toFixed(0)} s; ${this.found.length} findings so far`);
  }
}

export default {
  tells: 'Every page of every role: axe, console, width, in two manners (E2E_ALL=1: all eight)',
  databases: ['sqlite'],
  // There is something of everything in the demo, so that every kind of page is there to be seen.
  starts: 'demo',
  async run({ person }) {
    const [part, parts] = (process.env.E2E_PART ?? '1/1').split('/').map(Number);
    const roles = ROLES.filter((_, at) => at % parts === part - 1);
    const look = new Look();
    const work = async () => {
      while (roles.length) await look.role(person, roles.shift());
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    const left = parts === 1 ? missed(look.kinds) : [];
    console.log(`    ${look.pages} pages of ${look.kinds.size} kinds in ${((Date.now() - look.began) / 1000).toFixed(0)} s; never come to: ${left.join(' ') || 'none'}`);
    if (process.env.E2E_VERBOSE) console.log([...look.kinds].sort().join('\n'));
    if (look.found.length) throw new Complaint(`${look.found.length} findings on ${look.pages} pages`);
  },
};
