import assert from 'node:assert/strict';
import { api, fill, settles, step } from '../lib/browser.mjs';
import { partsInStock } from '../lib/goods.mjs';
import { received } from '../lib/rma.mjs';

const SERIAL = 'E2ETECH0001';

/** The chances of missing the promise, as the rows of a list or a lane say them: 88 of "88 %". */
const chances = async odds => (await odds.allInnerTexts()).map(text => Number(text.match(/(\d+)\s*%/)?.[1] ?? NaN)).filter(Number.isFinite);
const falls = odds => odds.every((one, at) => at === 0 || odds[at - 1] >= one);

export default {
  tells: 'A technician’s day: the queue by chance of missing; a board waits for parts, goes to the maker, fails its test, is reworked and passes; its passport tells it',
  async run({ beiku, person }) {
    const admin = await person();
    await admin.signIn('admin');
    await admin.goto('/settings/new/vendor');
    await fill(admin.page.locator('main form'), { code: 'MAKER', name: '中讯传输维修中心', email: 'repair@maker.example' });
    await admin.submit('main form button.btn-primary');

    const clerk = await person(), zhao = await person();
    await clerk.signIn('clerk');
    await zhao.signIn('manager');
    const lots = (await api(clerk, '/parts?limit=200')).items.filter(one => one.tracking !== 'serial').map(one => one.part_no);
    const stock = partsInStock(beiku, 'JN', 3), lot = stock.find(one => lots.includes(one));
    const [part, other] = stock.filter(one => !lots.includes(one));
    const rma = await received(clerk, zhao, { serial: SERIAL, part });
    const chip = (await api(clerk, `/units?depot=JN&condition=good&part_no=${other}`)).items.find(one => one.owner === 'us' && !one.reservation_id).serial;

    const sun = await person();
    await sun.signIn('technician');
    assert.match(sun.page.url(), /\/bench$/, 'a technician starts at the bench');
    // The board is found by its serial, from the box every page has.
    await sun.page.fill('#omni', SERIAL);
    await Promise.all([sun.page.waitForEvent('load'), sun.page.press('#omni', 'Enter')]);
    const order = (await sun.page.locator('main a[href^="/bench/RO-"]').first().getAttribute('href')).split('#')[0];
    const work = async (action, values) => {
      await sun.goto(order);
      await step(sun, `/actions/${action}`, values);
    };
    await work('diagnose', { outcome: 'repairable', finding: '电源芯片烧毁', estimate: '200' });
    await work('start_repair');
    await work('wait_parts', { note: '等电源芯片' });
    await sun.sees('等外购器件');
    await work('parts_arrived');
    // More than the board is worth: the manager says how much it may cost.
    await zhao.goto(order);
    await step(zhao, '/actions/approve_cost', { cost: '30000', reason: '停产件，客户同意' });
    await work('use_parts', { part_no: other, part_serial: chip, quantity: '1' });
    await work('use_parts', { part_no: lot, quantity: '3' });
    await sun.sees(chip);
    await sun.sees('× 3');

    // What it cannot do itself goes to the maker and comes back.
    await work('send_to_vendor', { vendor: 'MAKER', vendor_rma: 'VR-77' });
    await sun.goto('/bench?view=vendor');
    await sun.sees(SERIAL);
    await work('vendor_returned', { serial: SERIAL, outcome: 'repaired', cost: '350' });
    await sun.sees('VR-77');
    await work('test', { step_1: 'fail', step_1_evidence: '误码超限', result: 'fail' });
    await work('finish_repair', { outcome: 'repaired', work: '重焊光口' });
    await work('test', { step_1: 'pass', step_1_evidence: '老化 24 小时', result: 'pass' });
    for (const told of ['误码超限', '老化 24 小时']) await sun.sees(told);

    await sun.goto(`/unit/${SERIAL}?part_no=${part}`);
    for (const told of [rma, '中讯传输维修中心']) await sun.sees(told);
    await clerk.goto(`/rma/${rma}`);
    for (const told of ['重焊光口', chip]) await clerk.sees(told);

    // The chances are learned by a job after the start.
    await settles(async () => {
      await sun.goto('/bench');
      return (await chances(sun.page.locator('.lane .odds'))).some(odds => odds > 0);
    });
    for (const lane of await sun.page.locator('.lane').all()) {
      assert.ok(falls(await chances(lane.locator('.odds'))), 'in a lane who is most likely to miss stands first');
    }
  },
};
