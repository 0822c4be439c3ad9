// Takes the pictures of docs/tour in both languages from the demo: node e2e/tour.mjs
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { demo } from './lib/beiku.mjs';
import { open, Person } from './lib/browser.mjs';

const OUT = join(import.meta.dirname, '../docs/tour');
const PICTURES = [
  ['overview', 'manager', {}, '/'],
  ['rma', 'manager', {}, '/rma?view=risk'],
  ['line', 'manager', {}, async p => (await p.goto('/rma?view=risk'), p.page.getAttribute('main a[href^="/rma/RMA"]', 'href'))],
  ['report', 'manager', {}, '/report/timely-repair'],
  ['bench', 'technician', {}, '/bench'],
  ['today', 'clerk', { size: 'phone' }, '/today'],
  ['scan', 'clerk', { size: 'phone', theme: 'dark' }, '/scan/receive'],
  ['request', 'engineer', { size: 'phone' }, async p => {
    await p.goto('/unit?condition=faulty');
    const serial = (await p.page.getAttribute('main a[href^="/unit/"]', 'href')).split('/')[2].split('?')[0];
    return `/requests/new?serial=${serial}&customer=C1001`;
  }],
];

const beiku = await demo();
// The chances of missing are worked out by a job after the start.
await new Promise(then => setTimeout(then, Number(process.env.TOUR_WAIT ?? 90) * 1000));
const browser = await open();
for (const lang of ['zh-CN', 'en']) {
  mkdirSync(join(OUT, lang), { recursive: true });
  for (const [name, role, manner, where] of PICTURES) {
    const person = await Person.of(browser, beiku.base, { lang, ...manner });
    await person.signIn(role);
    await person.goto(typeof where === 'string' ? where : await where(person));
    await person.page.screenshot({ path: join(OUT, lang, `${name}.png`) });
    await person.leave();
  }
}
await browser.close();
await beiku.stop();
