// Every page of every role: no violation of axe, nothing on the console, no sideways scrolling.
// CI looks at one page of each kind in two of the eight manners; E2E_ALL=1 at two of each kind in all.
import { Complaint } from '../lib/browser.mjs';
import { walk } from '../lib/walk.mjs';

const ROLES = ['admin', 'manager', 'clerk', 'engineer', 'technician', 'customer', null];
const ALL = ['desk', 'phone'].flatMap(size => ['light', 'dark'].flatMap(theme => ['zh-CN', 'en'].map(lang => ({ size, theme, lang }))));
const SAMPLE = [{ size: 'desk', theme: 'light', lang: 'zh-CN' }, { size: 'phone', theme: 'dark', lang: 'en' }];

export default {
  tells: 'Every page of every role: axe, console, width, in two manners (E2E_ALL=1: all eight)',
  databases: ['sqlite'],
  async run({ person }) {
    const found = [];
    const visited = new Set();
    for (const manner of process.env.E2E_ALL ? ALL : SAMPLE) {
      for (const role of ROLES) {
        const one = await person(manner);
        const start = role ? ['/'] : ['/login', '/track', '/request'];
        const look = async path => {
          // What another role has shown is the same page again, but for the pages of one's own.
          const key = `${JSON.stringify(manner)} ${path}`;
          if (visited.has(key) && path !== '/') return;
          visited.add(key);
          const title = await one.page.title();
          if (!title || /[a-z]+-[a-z-]+$/.test(title)) found.push(`${path}: title "${title}"`);
          for (const violation of await one.axe()) found.push(`${role} ${Object.values(manner).join(' ')} ${path}: ${violation}`);
        };
        const complain = text => found.push(`${role} ${Object.values(manner).join(' ')}: ${text}`);
        if (role) await one.signIn(role).catch(error => complain(error.message));
        await walk(one, look, { start, complain, perKind: process.env.E2E_ALL ? 2 : 1 });
        await one.leave();
      }
    }
    if (process.env.E2E_VERBOSE) console.log([...visited].join('\n'));
    if (found.length) throw new Complaint(`${found.length} findings on ${visited.size} pages:\n    ${found.join('\n    ')}`);
  },
};
