import assert from 'node:assert/strict';
import { fill } from '../lib/browser.mjs';

/** Fills the page's form and sends it. */
async function enter(person, values) {
  const form = person.page.locator('main form:has(button.btn-primary)').first();
  await fill(form, values);
  await person.submit(form.locator('button.btn-primary').first());
}

export default {
  tells: 'The day of installation: the link of the terminal makes the first administrator, the guided path leads to the first RMA',
  starts: 'empty',
  async run({ beiku, person }) {
    const li = await person();
    const link = beiku.log.match(/\/setup\?token=\S+/)[0];
    await li.goto(link);
    await enter(li, { username: 'li', display_name: '李建', email: 'li@beiku.example', password: 'jinan-depot-2026', again: 'jinan-depot-2026' });
    assert.match(li.page.url(), /\/start$/);
    await li.sees('已完成 0 / 7');

    await li.goto('/start/depot');
    await enter(li, { code: 'JN', name: '济南中心备件库', city: '济南' });
    await li.goto('/start/part');
    await enter(li, { part_no: '0320007GCF', name: '电源模块', maker: '动力源科' });
    await li.goto('/start/customer');
    await enter(li, { code: 'C1', name: '济南电力公司', contact: '黄杰', email: 'huang@customer.example' });
    await li.goto('/start');
    await li.sees('已完成 3 / 7');

    await li.goto('/rma/new');
    await enter(li, { 'line-0-serial': 'SN0001', 'line-0-part_no': '0320007GCF', 'line-0-fault': '不上电', 'line-0-mode': 'repair_return', contact_email: 'huang@customer.example' });
    assert.match(li.page.url(), /\/rma\/RMA-\d{4}-\d+/);
    await li.sees('黄杰');

    // The link worked once.
    const stranger = await person();
    const answer = await stranger.page.goto(link);
    assert.ok(answer.status() >= 400 || !(await stranger.page.locator('[name=again]').count()), 'the link is used up');
    stranger.complaints.length = 0;
  },
};
