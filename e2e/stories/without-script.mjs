import assert from 'node:assert/strict';
import { act, fill } from '../lib/browser.mjs';
import { partsInStock } from '../lib/goods.mjs';

export default {
  tells: 'A browser without JavaScript: a stranger asks for a repair and follows it, a clerk books',
  async run({ beiku, person }) {
    const huang = await person({ script: false, size: 'phone' });
    await huang.goto('/request');
    const form = huang.page.locator('main form').first();
    await fill(form, { name: '黄杰', email: 'it1001@customer.example', organisation: '济南电力公司', serial: 'NOJS0001', fault: '风扇不转' });
    await huang.submit(form.locator('button.btn-primary'));
    assert.match(huang.page.url(), /\/request\/sent/);

    const [part] = partsInStock(beiku, 'JN', 1);
    const clerk = await person({ script: false });
    await clerk.signIn('clerk');
    await clerk.goto('/rma/new');
    const rma = clerk.page.locator('main form').first();
    await fill(rma, { 'line-0-serial': 'NOJS0002', 'line-0-part_no': part, 'line-0-fault': '风扇不转', 'line-0-mode': 'repair_return', customer: 'C1001', contact_email: 'it1001@customer.example' });
    await clerk.submit(rma.locator('button.btn-primary'));
    const number = clerk.page.url().match(/\/rma\/(RMA-\d{4}-\d+)/)[1];

    const zhao = await person({ script: false });
    await zhao.signIn('manager');
    await act(zhao, number, 'authorise');
    await act(clerk, number, 'receive_faulty', { serial: 'NOJS0002', depot: 'JN' });
    await clerk.goto(`/rma/${number}`);
    const track = await clerk.page.locator('a[href^="/track/"]').getAttribute('href');
    await huang.goto(track);
    await huang.sees('NOJS0002');

    // What was typed wrong comes back with what to do, and nothing of it is lost.
    await clerk.goto('/rma/new');
    await fill(rma, { 'line-0-serial': 'NOJS0003', 'line-0-fault': '风扇不转' });
    await clerk.submit(rma.locator('button.btn-primary'), { refused: true });
    assert.equal(await rma.locator('[name=line-0-serial]').inputValue(), 'NOJS0003');
    await clerk.page.locator('[role=alert]').first().waitFor();
  },
};
