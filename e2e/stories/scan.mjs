import assert from 'node:assert/strict';
import { Wire } from '../lib/wire.mjs';

const SCANS = 50;

export default {
  tells: 'Fifty scans without a network, a reload in between, answers lost: fifty movements, none twice, in order',
  async run({ beiku, person }) {
    const wire = await Wire.to(beiku.base), real = beiku.base;
    beiku.base = wire.base;
    try {
      const li = await person();
      await li.signIn('clerk');
      const { page } = li;
      const api = path => page.evaluate(async address => (await fetch(`/api/v1${address}`)).json(), path);
      const depot = (await api('/depots')).items.find(one => one.code === 'JN');
      const bin = depot.bins.at(-1), place = `JN/${bin}`;
      const isFree = unit => unit.owner === 'us' && !unit.reservation_id && unit.place !== place;
      const units = (await api('/units?depot=JN&condition=good&limit=200')).items.filter(isFree).slice(0, SCANS);
      assert.equal(units.length, SCANS, 'the example company has units to move');
      const foreign = (await api('/units?depot=DZ&condition=good&limit=1')).items[0];
      const before = (await api('/movements?limit=1')).items[0].id;

      await li.goto('/scan/move?depot=JN');
      await page.waitForFunction(async () => (await navigator.serviceWorker.ready) && (await caches.keys()).length);
      await page.waitForTimeout(500);
      const scan = async code => {
        await page.fill('#scan-in', code);
        await page.press('#scan-in', 'Enter');
        await page.waitForFunction(() => document.querySelector('#scan-in').value === '');
      };
      const waiting = async n => page.waitForFunction(wanted => document.querySelector('#waiting b').textContent === String(wanted), n);

      wire.cut();
      await scan(place);
      for (const unit of units.slice(0, 25)) await scan(unit.serial);
      await scan(foreign.serial);
      await waiting(26);
      assert.equal(await page.getAttribute('#verdict', 'data-v'), 'queued');
      await page.reload();
      await waiting(26);
      await scan(place);
      for (const unit of units.slice(25)) await scan(unit.serial);
      await waiting(SCANS + 1);
      await page.waitForTimeout(10_500); // a refusal after so long is one that nobody stood there to read
      li.complaints = [];

      wire.mend({ lose: 3 });
      await page.evaluate(() => dispatchEvent(new Event('online')));
      for (let tries = 0; tries < 10 && wire.lost < 3; tries++) {
        await page.waitForTimeout(1_000);
        await page.evaluate(() => dispatchEvent(new Event('online')));
      }
      await page.waitForFunction(() => document.querySelector('#waiting b').textContent === '0', null, { timeout: 60_000 });
      assert.equal(wire.lost, 3, 'answers were lost on the way');

      const moved = (await api('/movements?limit=200')).items.filter(one => one.id > before).reverse();
      assert.deepEqual(moved.map(one => one.serial), units.map(unit => unit.serial), 'each once, in the order of the scans');
      assert.ok(moved.every(one => one.to === place));
      li.complaints = [];
      await page.reload();
      const kept = page.locator('#kept li').filter({ hasText: foreign.serial });
      await kept.waitFor();
      await li.look();

      // Whoever looked into it says so.
      await kept.locator('button').click();
      await kept.waitFor({ state: 'detached' });
      await page.reload();
      await page.locator('#kept').waitFor({ state: 'hidden' });
      await li.look();
      // Away from the wire before it is cut for good: an open page goes on asking.
      await page.goto('about:blank');
    } finally {
      beiku.base = real;
      await wire.stop();
    }
  },
};
