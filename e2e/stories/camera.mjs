import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { api, open, Person } from '../lib/browser.mjs';

const FRAMES = 30;

/** Films a printed code: what the phone's camera sees when it is held over the paper. */
async function film(person, paper, [width, height], file) {
  await person.goto(paper);
  const code = await person.page.locator('svg.code').first().evaluate(e => e.outerHTML);
  const table = await person.context.newPage();
  await table.setViewportSize({ width: 1280, height: 720 });
  await table.setContent(`<style>body{margin:0;background:#fff;display:grid;place-items:center;height:100vh}svg{width:${width}px;height:${height}px}</style>${code}`);
  const picture = await table.screenshot({ type: 'jpeg', quality: 95 });
  writeFileSync(file, Buffer.concat(Array(FRAMES).fill(picture)));
  await table.close();
  return file;
}

export default {
  tells: 'The camera of a phone over a printed label: it reads the QR code and the bar code, and the scan is booked',
  databases: ['sqlite'],
  async run({ beiku, person }) {
    const li = await person();
    await li.signIn('clerk');
    const depot = (await api(li, '/depots')).items.find(one => one.code === 'JN'), place = `JN/${depot.bins.at(-1)}`;
    const [first, second] = (await api(li, '/units?depot=JN&condition=good&limit=200')).items.filter(one => one.owner === 'us' && !one.reservation_id && one.place.startsWith('JN/') && one.place !== place).map(one => one.serial);
    for (const [serial, paper, size] of [[first, `/print/unit/${first}`, [560, 560]], [second, `/print/unit/${second}/tag`, [1100, 300]]]) {
      const eye = await open({ sees: await film(li, paper, size, join(beiku.folder, 'film.mjpeg')) });
      try {
        const phone = await Person.of(eye, beiku.base, { size: 'phone' });
        await phone.signIn('clerk');
        await phone.goto('/scan/move?depot=JN');
        await phone.page.fill('#scan-in', place);
        await phone.page.press('#scan-in', 'Enter');
        await phone.page.click('#camera');
        await phone.page.locator('#verdict[data-v=ok]').getByText(serial).waitFor({ timeout: 30_000 });
        await phone.page.click('#camera');
        await phone.page.locator('#cam').waitFor({ state: 'hidden' });
        await phone.look();
        assert.equal((await api(li, `/units/${serial}`)).place, place, 'what the camera read is booked');
      } finally {
        await eye.close();
      }
    }
  },
};
