import assert from 'node:assert/strict';
import { act, api, fill, scan, step } from '../lib/browser.mjs';

export default {
  tells: 'A clerk’s day: a count with a difference a second person approves, a transfer with one piece missing and one too many, a suggested transfer, an unannounced box, papers',
  async run({ beiku, person }) {
    const admin = await person();
    await admin.signIn('admin');
    await admin.goto('/settings/depots/JN');
    await step(admin, '/bins', { bins: 'Z9-01' });

    const li = await person();
    await li.signIn('clerk');
    assert.match(li.page.url(), /\/today$/, 'a clerk starts at the day’s work');
    const free = async depot => (await api(li, `/units?depot=${depot}&condition=good&limit=200`)).items.filter(one => one.owner === 'us' && !one.reservation_id && one.place.startsWith(depot));
    const [first, second, third, stray, sent, lost, extra] = (await free('JN')).map(one => one.serial);

    // Three boards are put away in a bin of their own.
    await li.goto('/scan/move?depot=JN');
    await scan(li, 'JN/Z9-01');
    for (const serial of [first, second, third]) await scan(li, serial);

    // It is counted blind: one of the three is not found, one lies here that belongs elsewhere.
    await li.goto('/counts/new?depot=JN');
    await fill(li.page.locator('main form'), { bins: 'Z9-01' });
    await li.submit('main form button.btn-primary');
    const count = new URL(li.page.url()).searchParams.get('count');
    await scan(li, 'JN/Z9-01');
    for (const serial of [first, second]) await scan(li, serial);
    await scan(li, stray, 'warn');
    await li.goto(`/counts/${count}`);
    assert.equal(await li.page.getByText(third).count(), 0, 'who counts does not see what the books expect');
    await step(li, '/done');
    await li.sees(/已盘完，等另一个人批准/);
    const zhao = await person();
    await zhao.signIn('manager');
    await zhao.goto(`/counts/${count}`);
    await zhao.sees(/1 件没有盘到，记为遗失/);
    for (const serial of [third, stray]) await zhao.sees(serial);
    await step(zhao, '/approve');
    await li.goto(`/unit/${third}`);
    await li.sees(/遗失/);

    // A transfer to Dezhou: two boards leave, one of them and a third one arrive.
    await li.goto('/transfers/new?to=DZ');
    await fill(li.page.locator('main form'), { from: 'JN', to: 'DZ', 'line-0-what': sent, 'line-1-what': lost });
    await li.submit('main form button.btn-primary');
    const transfer = new URL(li.page.url()).pathname;
    await step(li, '/approve');
    await step(li, '/dispatch', { serials: `${sent}\n${lost}`, carrier: '德邦', tracking_no: 'DPK1' });
    beiku.cli('user', 'add', 'sun', '--role', 'clerk', '--password', 'beiku-demo', '--email', 'sun@beiku.example', '--depot', 'DZ');
    const sun = await person({ size: 'phone' });
    await sun.signIn('sun');
    await sun.goto('/scan/receive?depot=DZ');
    await scan(sun, sent);
    await sun.goto(transfer);
    const missing = await sun.page.locator('#receive select').getAttribute('name');
    await step(sun, `${transfer}/receive`, { [missing]: 'stay', more: extra });
    await sun.sees(extra);
    // The sender is told; the manager gives the lost board up, with the reason.
    await zhao.goto(transfer);
    await step(zhao, `${transfer}/receive`, { [missing]: 'lost', reason: '包裹破损，承运商赔付' });
    await li.goto(`/print${transfer.replace('transfers', 'transfer')}`);
    await li.sees(sent);

    // What falls below its minimum is suggested from where there is enough, and asked for with one press.
    const low = (await free('DZ'))[0].part_no, have = (await api(li, `/stock?depot=JN&part_no=${low}`)).items.filter(one => one.condition === 'good').reduce((sum, one) => sum + one.available, 0);
    await admin.goto(`/settings/parts/${low}`);
    await step(admin, '/minimum', { depot: 'JN', quantity: String(have + 1) });
    await li.goto('/stock?low=true');
    await li.sees(low);
    await li.submit(li.page.locator('main form[action="/transfers"]').first().locator('button'));
    assert.match(li.page.url(), /\/transfers\/TR-/);
    await li.sees(low);

    // A box nobody announced: one serial is unreadable to the books. It waits until somebody says what it is.
    await li.goto('/intakes/new');
    await fill(li.page.locator('main form'), { serials: 'NOBODY0001', part_no: low, carrier: '顺丰', tracking_no: 'SF-BOX-1' });
    await li.submit('main form button.btn-primary');
    const box = new URL(li.page.url()).pathname;
    await li.goto('/exceptions');
    await li.submit(li.page.getByRole('link', { name: /待确认的箱子/ }));
    await li.sees('NOBODY0001');
    await li.goto(box);
    await step(li, '/new', { customer: 'C1002', fault: '不上电', contact_email: 'it1002@customer.example' });
    await li.submit(li.page.locator('main a[href^="/rma/RMA-"]').first());
    await li.sees('NOBODY0001');
    const rma = new URL(li.page.url()).pathname;

    // Its customer wants it back as it is: it leaves with its delivery note.
    await act(li, rma.split('/').at(-1), 'return_unrepaired', { reason: '客户要求退回', carrier: '顺丰', tracking_no: 'SF-HOME-1' });
    await li.submit(`main a[href="/print${rma}/1/delivery"]`);
    for (const text of ['NOBODY0001', 'SF-HOME-1']) await li.sees(text);

    // Paper: each page opens, and none is wider than its screen.
    for (const paper of [`/print${rma}/1/tag`, `/print${rma}/1/hand-over`, `/print/unit/${first}`, '/print/depot/JN/bins']) {
      await li.goto(paper);
      await li.page.locator('svg').first().waitFor();
    }
    // What was found in the count lies in the wrong place on the books: it is on the page of exceptions, with the right act.
    await li.goto('/today');
    await li.goto('/exceptions');
  },
};
