import assert from 'node:assert/strict';
import { api, fill, scan, step } from '../lib/browser.mjs';

/** Part with good boards in JN, and one that may stand in for it. */
const PART = '0321001PUB', EQUIVALENT = '0321127NSA';

export default {
  tells: 'An engineer’s day on a phone: a dead board, what fits and when it comes; a spare packed at the scanner by who looked at it, and one over the van; both dead boards owed and sent back',
  async run({ beiku, person }) {
    const wang = await person({ size: 'phone' });
    await wang.signIn('engineer');
    assert.match(wang.page.url(), /\/requests$/, 'an engineer starts at the requests');
    const [first, second] = (await api(wang, `/units?place=customer:C1001&part_no=${PART}&limit=2`)).items;

    // From the serial of the dead board to everything that can come: from which depot, when, and what stands in for it.
    const ask = async (serial, source) => {
      await wang.goto('/requests/new');
      await wang.page.fill('#look [name=serial]', serial);
      await wang.submit('#look button');
      await wang.sees('济南电力公司');
      await wang.page.locator(`#ask input[name=source][value="${source}"]`).check();
      await fill(wang.page.locator('#ask'), { fault: '端口全部不通', receiver: '黄杰 13800000000' });
      await wang.submit('#ask button.btn-primary');
      const number = wang.page.url().match(/\/requests\/(SQ-[\d-]+)/)?.[1];
      assert.ok(number, `the request is shown, not ${wang.page.url()}`);
      await wang.sees(/待批准|等待/);
      return number;
    };
    // What stands in must be of a firmware that will do; nobody has put down which one the boards in JN have.
    const admin = await person();
    await admin.signIn('admin');
    await admin.goto(`/settings/parts/${PART}`);
    await step(admin, '/equivalents', { part_no: EQUIVALENT, confirmed_by: 'manager', reason: '电性能相同', firmware_from: '2.1' });
    await admin.sees('固件 ≥ 2.1');
    const here = await ask(first.serial, `JN|${EQUIVALENT}`);
    const zhao = await person();
    await zhao.signIn('manager');
    await zhao.goto(`/requests/${here}`);
    await step(zhao, '/approve', { note: '同意' });
    const li = await person();
    await li.signIn('clerk');
    await li.goto('/requests');
    await li.sees(here);
    // Packed at the scanner. What was packed lies beside it at once; it goes when the clerk has looked at the board.
    const [stands, other] = (await api(li, `/units?depot=JN&part_no=${EQUIVALENT}&condition=good`)).items.filter(one => !one.reservation_id).map(one => one.serial);
    await li.goto(`/unit/${other}`);
    await li.page.click('a[href="#release"]');
    await step(li, '/release', { firmware: '1.9', revision: 'A' });
    await li.sees('1.9');
    await li.goto('/scan/ship?depot=JN');
    await scan(li, other, 'bad');
    await li.sees(new RegExp(`${other} 的固件是 1.9`));
    await scan(li, stands);
    const load = li.page.locator('#beside form');
    await load.waitFor();
    await fill(load, { carrier: '闪送', tracking_no: 'SS1001' });
    await li.submit(load.locator('button.btn-primary'), { refused: true });
    await li.sees(new RegExp(`没有登记 ${stands} 的固件`));
    await fill(load, { limits_confirmed: true });
    await li.submit(load.locator('button.btn-primary'));
    await li.sees('已发出');
    await wang.goto(`/requests/${here}`);
    await step(wang, '/delivered', { received_by: '黄杰' });

    // A second spare rides in the van; the depot hands it out at the scanner.
    const spare = (await api(li, `/units?depot=JN&part_no=${PART}&condition=good`)).items.find(one => !one.reservation_id).serial;
    await li.goto(`/scan?code=${spare}`);
    const issue = li.page.locator('#mv-f-issue');
    await issue.locator('xpath=ancestor::details').locator('> summary').click();
    await fill(issue, { to: 'engineer:engineer', reason: '随车' });
    await li.submit(issue.locator('button'));
    await wang.goto('/van');
    await wang.sees(spare);

    const there = await ask(second.serial, `engineer:engineer|${PART}`);
    await zhao.goto(`/requests/${there}`);
    await step(zhao, '/approve', { note: '同意' });
    await wang.goto('/van');
    await wang.sees(there);
    await wang.goto(`/requests/${there}`);
    await step(wang, '/issue', { serial: spare, received_by: '黄杰' });
    await wang.sees('备件已到位');
    await wang.goto('/van');
    assert.equal(await wang.page.getByText(spare).count(), 0, 'the van has given the spare away');

    // Both dead boards are owed now; each is sent, the depot receives it, and nothing is owed any more.
    await wang.goto('/requests');
    const owed = wang.page.locator('section[aria-labelledby=h-owed] li');
    assert.equal(await owed.count(), 2);
    for (const [request, serial] of [[here, first.serial], [there, second.serial]]) {
      await wang.goto(`/requests/${request}`);
      await step(wang, '/sent', { carrier: '顺丰', tracking_no: `SF-${serial.slice(-6)}` });
      await li.goto('/scan/receive?depot=JN');
      await li.page.fill('#scan-in', serial);
      await li.page.press('#scan-in', 'Enter');
      await li.page.locator('#verdict[data-v=ok]').getByText(serial).waitFor();
    }
    await wang.goto('/requests');
    assert.equal(await owed.count(), 0, 'nothing is owed');
  },
};
