import assert from 'node:assert/strict';
import { act, fill } from '../lib/browser.mjs';
import { partsInStock } from '../lib/goods.mjs';

const SERIAL = 'E2E20260001';

export default {
  tells: 'One RMA through all hands: clerk, manager, technician, customer; loaner out and back, repaired, returned, closed',
  async run({ beiku, person }) {
    const [part] = partsInStock(beiku, 'JN', 2);
    const clerk = await person();
    await clerk.signIn('clerk');
    await clerk.goto('/rma/new');
    const form = clerk.page.locator('form:has([name=line-0-serial])');
    await fill(form, { 'line-0-serial': SERIAL, 'line-0-part_no': part, 'line-0-fault': '上电后告警灯常亮', 'line-0-fault_class': 'major', 'line-0-mode': 'loaner', customer: 'C1001', contact_email: 'huang@customer.example', contact_name: '黄杰' });
    await clerk.submit(form.locator('button.btn-primary'));
    const number = clerk.page.url().match(/\/rma\/(RMA-\d{4}-\d+)/)?.[1];
    assert.ok(number, `the new RMA is shown, not ${clerk.page.url()}`);

    const zhao = await person({ size: 'phone', theme: 'dark' });
    await zhao.signIn('manager');
    await zhao.goto(`/rma/${number}`);
    const next = zhao.page.locator('.next-go'), fold = await next.boundingBox();
    assert.ok(fold.y >= 0 && fold.y + fold.height <= 844 - 52, 'the next step stands on the first screen, above the tabs');
    await next.click();
    assert.ok((await zhao.page.locator('#do-authorise button').boundingBox()).y < 844, 'and leads to its form');
    await act(zhao, number, 'authorise');
    await zhao.sees('已批准');

    await clerk.goto(`/rma/${number}`);
    const spare = await clerk.page.locator('form#a-reserve_replacement select[name=serial] option').evaluateAll(all => all.find(o => o.value && o.text.includes('JN'))?.value ?? all[1].value);
    await act(clerk, number, 'reserve_replacement', { serial: spare });
    await act(clerk, number, 'ship_replacement', { carrier: '顺丰', tracking_no: 'SF1000000001' });
    await act(clerk, number, 'replacement_delivered', { received_by: '黄杰' });
    await act(clerk, number, 'receive_faulty', { serial: SERIAL, depot: 'JN' });
    await clerk.sees(/剩 (59|60) 天/);

    const zhou = await person();
    await zhou.signIn('technician');
    await act(zhou, number, 'diagnose', { outcome: 'repairable', finding: '电容鼓包' });
    await act(zhou, number, 'start_repair');
    await act(zhou, number, 'finish_repair', { outcome: 'repaired', work: '更换电容' });
    await act(zhou, number, 'test', { result: 'pass', evidence: '老化 24 小时' });

    await act(clerk, number, 'dispatch_return', { carrier: '顺丰', tracking_no: 'SF1000000002' });
    const link = await clerk.page.locator('a[href^="/track/"]').getAttribute('href');

    const huang = await person({ size: 'phone' });
    await huang.goto(link);
    await huang.sees('SF1000000002');
    await huang.page.fill('form[action$="/confirm"] [name=name]', '黄杰');
    await huang.submit('form[action$="/confirm"] button');

    await act(clerk, number, 'recover_loan', { serial: spare, depot: 'JN', condition: 'good' });
    await act(clerk, number, 'close');
    await clerk.sees('已关闭');
    assert.ok(beiku.mails().length >= 4, `mails left: ${beiku.mails().length}`);
  },
};
