import assert from 'node:assert/strict';
import { act, api, fill, settles } from '../lib/browser.mjs';
import { partsInStock } from '../lib/goods.mjs';

export default {
  tells: 'A customer: a fault reported from the public form and confirmed by mail, followed by its link, the hand-over confirmed; signed in their own RMAs and their own rate, nobody else’s',
  async run({ beiku, person }) {
    const [part] = partsInStock(beiku, 'JN', 1);
    // Somebody whose address the books know reports a fault; nothing is registered before the mail is answered.
    const huang = await person({ size: 'phone' });
    await huang.goto('/request');
    await fill(huang.page.locator('main form').first(), { name: '黄杰', email: 'it1001@customer.example', organisation: '济南电力公司', serial: 'E2ECUST0001', part_no: part, fault: '风扇不转' });
    await huang.submit('main form button.btn-primary');
    await huang.sees(/邮箱|邮件/);
    const link = () => beiku.mails().join('\n').replace(/=\r?\n/g, '').match(/\/request\/confirm\?token(?:=3D|=)([\w-]+)/)?.[1];
    await settles(async () => link() !== undefined);
    await huang.goto(`/request/confirm?token=${link()}`);
    await huang.sees('E2ECUST0001');
    await huang.submit('main form[action="/request/confirm"] button');
    await huang.submit('main a[href^="/track/RMA-"]');
    const rma = huang.page.url().match(/RMA-\d{4}-\d+/)[0], track = huang.page.url();
    await huang.sees('E2ECUST0001');

    const li = await person(), zhao = await person(), sun = await person();
    await li.signIn('clerk');
    await zhao.signIn('manager');
    await sun.signIn('technician');
    await act(zhao, rma, 'authorise');
    await act(li, rma, 'receive_faulty', { serial: 'E2ECUST0001', depot: 'JN' });
    await act(sun, rma, 'diagnose', { outcome: 'nff', finding: '除尘后正常' });
    await act(li, rma, 'dispatch_return', { carrier: '顺丰', tracking_no: 'SF2000000001' });

    // The link shows one RMA in plain words; a wrong code shows nothing.
    await huang.goto(track);
    await huang.sees('SF2000000001');
    assert.doesNotMatch(await huang.words(), /除尘后正常|JN\/bench|维修台/, 'what is said inside stays inside');
    await huang.page.goto(track.replace(/code=.*/, 'code=AAAAAAAAAAAA'));
    assert.equal(await huang.page.getByText('E2ECUST0001').count(), 0);
    huang.complaints = [];
    await huang.goto(track);
    await fill(huang.page.locator('form[action$="/confirm"]'), { name: '黄杰' });
    await huang.submit('form[action$="/confirm"] button');
    await act(li, rma, 'close');

    // Signed in: what needs them, their own RMAs and rate; asking for another repair.
    const chen = await person({ size: 'phone', lang: 'en' });
    await chen.signIn('customer');
    assert.match(chen.page.url(), /\/rma$/, 'a customer starts at their own RMAs');
    await chen.sees('Do we keep our word to you');
    const short = chen.page.locator('form#short');
    await fill(short, { 'line-0-serial': 'E2ECUST0002', 'line-0-part_no': part, 'line-0-fault': 'No power', 'line-0-fault_class': 'major' });
    await chen.submit(short.locator('button.btn-primary'));
    await chen.sees('E2ECUST0002');
    await chen.goto('/rma');
    await chen.sees('E2ECUST0002');
    await chen.goto('/rma?view=finished');
    await chen.sees('E2ECUST0001');

    const rate = async one => {
      await one.goto('/report/timely-repair');
      return Number((await one.words()).match(/(\d+) \/ (\d+)/)[2]);
    };
    assert.ok(await rate(chen) < await rate(zhao), 'one’s own rate counts one’s own lines');
    const foreign = (await api(zhao, '/rmas?limit=50')).items.find(one => one.customer !== 'C1001').number;
    for (const address of [`/rma/${foreign}`, '/rma?customer=C1002', '/stock', '/settings', '/unit']) {
      const answer = await chen.page.goto(address);
      assert.ok([403, 404].includes(answer.status()), `${address} answered ${answer.status()}`);
    }
    chen.complaints = [];
  },
};
