import assert from 'node:assert/strict';
import { api } from '../lib/browser.mjs';
import { Wire } from '../lib/wire.mjs';

export default {
  tells: 'Two tabs at the scanner: one sends at a time, nothing twice, the order kept; shortcuts a person can press and a scanner cannot; who signs out leaves no page behind',
  async run({ beiku, person }) {
    const wire = await Wire.to(beiku.base), real = beiku.base;
    beiku.base = wire.base;
    try {
      const li = await person();
      await li.signIn('clerk');
      const { page } = li;
      const depot = (await api(li, '/depots')).items.find(one => one.code === 'JN'), place = `JN/${depot.bins.at(-1)}`;
      const units = (await api(li, '/units?depot=JN&condition=good&limit=200')).items.filter(one => one.owner === 'us' && !one.reservation_id && one.place.startsWith('JN/') && one.place !== place).slice(0, 20).map(one => one.serial);
      const before = (await api(li, '/movements?limit=1')).items[0].id;
      const other = await li.context.newPage();
      li.watch(other);
      const scan = async (tab, code) => {
        await tab.fill('#scan-in', code);
        await tab.press('#scan-in', 'Enter');
        await tab.waitForFunction(() => document.querySelector('#scan-in').value === '');
      };
      for (const tab of [page, other]) {
        await tab.goto('/scan/move?depot=JN');
        await tab.waitForFunction(async () => (await navigator.serviceWorker.ready) && (await caches.keys()).length);
        await scan(tab, place);
      }

      // Both tabs scan while nothing goes through; back on the network both want to send, and answers are lost.
      wire.cut();
      for (const [at, serial] of units.entries()) await scan(at % 2 ? other : page, serial);
      await page.waitForFunction(n => document.querySelector('#waiting b').textContent === String(n), units.length);
      li.complaints = [];
      wire.mend({ lose: 2 });
      const online = () => Promise.all([page, other].map(tab => tab.evaluate(() => dispatchEvent(new Event('online')))));
      const left = () => page.evaluate(async () => {
        dispatchEvent(new Event('online'));
        return Number(document.querySelector('#waiting b').textContent);
      });
      await online();
      while (await left()) await online();
      assert.equal(wire.lost, 2, 'answers were lost on the way');
      const moved = (await api(li, '/movements?limit=100')).items.filter(one => one.id > before).reverse();
      assert.deepEqual(moved.map(one => one.serial), units, 'each once, in the order of the scans, whichever tab sent it');
      // A tab tells the other what became of its scans.
      for (const tab of [page, other]) await tab.waitForFunction(() => [...document.querySelectorAll('#scans li[data-key]')].every(row => row.dataset.kind === 'ok'));
      li.complaints = [];
      await other.close();

      // "?" lists the shortcuts of the page; a scanner, which types the same letters fast, presses none of them.
      await li.goto('/today');
      await page.keyboard.press('?');
      await page.locator('#keys[open]').waitFor();
      await li.sees('查找');
      assert.deepEqual(await li.axe(), []);
      await page.keyboard.press('Escape');
      await page.locator('#keys[open]').waitFor({ state: 'hidden' });
      await page.locator('main').focus();
      await Promise.all([page.waitForURL(/\/find\?q=GSTCZN77/), page.evaluate(code => {
        for (const key of [...code, 'Enter']) document.querySelector('main').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }, 'GSTCZN77')]);
      await li.goto('/today');
      await page.locator('main').focus();
      await Promise.all([page.waitForURL(/\/stock/), page.keyboard.type('gs', { delay: 150 })]);

      // Who signs out leaves no page of theirs in the browser; without a network nothing is shown to the next.
      await li.goto('/scan/move?depot=JN');
      await page.waitForFunction(async () => (await caches.keys()).length);
      await li.submit('form[action="/logout"] button');
      await page.waitForFunction(async () => {
        const names = await caches.keys(), kept = await Promise.all(names.map(async name => (await (await caches.open(name)).keys()).map(one => new URL(one.url).pathname)));
        return !kept.flat().some(path => path.startsWith('/scan/'));
      });
      assert.match(page.url(), /\/login/);
      await li.look();
    } finally {
      beiku.base = real;
      await wire.stop();
    }
  },
};
