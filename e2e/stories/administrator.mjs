import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fill, settles, step } from '../lib/browser.mjs';
import { Post } from '../lib/post.mjs';

/** A clerk's scan of a board the books have in another depot, sent long after it was made; its serial. */
async function late(beiku) {
  const token = beiku.cli('user', 'token', 'clerk').trim().split('\n').at(-1);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'e2e-late-1' };
  const { items: [unit] } = await (await fetch(`${beiku.base}/api/v1/units?depot=DZ&condition=good&limit=1`, { headers })).json();
  const bin = (await (await fetch(`${beiku.base}/api/v1/depots`, { headers })).json()).items.find(one => one.code === 'JN').bins[0];
  const body = JSON.stringify({ mode: 'put_away', depot: 'JN', batch: 'e2e', code: unit.serial, bin, client_time: new Date(Date.now() - 3_600_000).toISOString(), device: 'gun-7' });
  const verdict = await (await fetch(`${beiku.base}/api/v1/scans`, { method: 'POST', headers, body })).json();
  assert.equal(verdict.verdict, 'refused', JSON.stringify(verdict));
  return unit.serial;
}

const COMPANY = join(import.meta.dirname, '../../data/company');
let post;

export default {
  tells: 'An administrator’s day: a colleague invited by mail, depots, parts and plans, the words of a notice, a mail nobody takes, wrong rows of a spreadsheet, the proof of the ledger',
  async prepare(beiku) {
    post = await Post.office();
    beiku.env.BEIKU_MAIL = post.url;
  },
  async run({ beiku, person }) {
    const zhou = await person({ lang: 'en' });
    await zhou.signIn('admin');
    const { page } = zhou;
    const made = async (path, values) => {
      await zhou.goto(path);
      const form = page.locator('main form:has(button.btn-primary)').first();
      await fill(form, values);
      await zhou.submit(form.locator('button.btn-primary'));
    };

    // A colleague gets a link, not a password, and works only in the depot given.
    await made('/settings/new/user', { username: 'wang', display_name: '王芳', email: 'wang@beiku.example', role: 'clerk' });
    await zhou.goto('/settings/users/wang');
    await page.locator('form#edit input[name=depots][value=ZZ]').check();
    await zhou.submit('form#edit button.btn-primary');
    const link = async sent => {
      await settles(async () => /\/reset\?code=/.test(post.last('wang@beiku.example').slice(sent)));
      return post.last('wang@beiku.example').match(/\/reset\?code=[^\s"<]+/)[0];
    };
    const wang = await person();
    const choose = async (where, password) => {
      await wang.goto(where);
      const form = wang.page.locator('form:has([name=again])');
      await fill(form, { new: password, again: password });
      await wang.submit(form.locator('button').last());
    };
    const invited = await link(0);
    await choose(invited, 'zaozhuang-2026');
    await wang.signIn('wang', 'zaozhuang-2026');
    assert.match(wang.page.url(), /\/today/);
    for (const address of ['/settings/users', '/imports']) assert.equal((await wang.page.goto(address)).status(), 403);
    wang.complaints = [];
    await wang.goto('/scan/receive');
    await wang.sees('枣庄');

    // Who forgot the password gets another link; the first one is used up.
    await wang.submit('form[action="/logout"] button');
    await wang.goto('/forgot');
    await wang.page.fill('form[action="/forgot"] [name=user]', 'wang');
    post.mails.length = 0;
    await wang.submit('form[action="/forgot"] button');
    await choose(await link(0), 'tengzhou-2027');
    await wang.signIn('wang', 'tengzhou-2027');
    assert.equal((await wang.page.goto(invited)).status(), 404, 'a link works once');
    wang.complaints = [];

    // What the company has: a depot with bins, a part, what may stand in for it and why, a plan's next version.
    await made('/settings/new/depot', { code: 'TZ', name: '滕州备件库', city: '枣庄' });
    await zhou.goto('/settings/depots/TZ');
    await step(zhou, '/settings/depots/TZ/bins', { bins: 'A1-01\nA1-02' });
    await zhou.sees('TZ/A1-02');
    await made('/settings/new/part', { part_no: 'E2EPART1', name: '电源模块 E2E', name_en: 'Power module E2E', maker: '动力源科' });
    await zhou.goto('/settings/parts/E2EPART1');
    await step(zhou, '/settings/parts/E2EPART1/equivalents', { part_no: '0320007GCF', reason: 'Same voltage and connector', confirmed_by: 'admin' });
    await zhou.sees('Same voltage and connector');
    await zhou.goto('/settings/parts/E2EPART1');
    await step(zhou, '/settings/parts/E2EPART1/minimum', { depot: 'TZ', quantity: '2' });
    const next = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10);
    await zhou.goto('/settings/plans/gold/versions');
    const version = page.locator('main form:has([name="amount-repair_return"])');
    await fill(version, { valid_from: next, 'amount-repair_return': '45', auto_approval: true });
    await zhou.submit(version.locator('button.btn-primary'));
    await zhou.sees(next);

    // The words of a mail are tried before they are kept; the settings of the mail are tried with a mail.
    await zhou.goto('/notices/templates/authorised/zh-CN');
    const words = page.locator('form#template');
    await words.locator('textarea').first().fill('请按下面的地址寄来故障件');
    await words.locator('button[formtarget=mail]').click();
    await settles(async () => (await page.frameLocator('iframe[name=mail]').locator('body').innerText()).includes('请按下面的地址寄来故障件'));
    await zhou.goto('/notices/templates/authorised/zh-CN');
    assert.ok(!(await page.innerText('main section')).includes('请按下面的地址寄来故障件'), 'a look keeps nothing');
    await words.locator('textarea').first().fill('请按下面的地址寄来故障件');
    await zhou.submit(words.locator('button[value=save]'));
    await zhou.goto('/notices');
    await step(zhou, '/notices/test', { to: 'zhou@beiku.example' });
    await settles(async () => post.last('zhou@beiku.example'));

    // A mail nobody takes is seen, and sent again when the address works.
    post.refuse('gone@customer.example');
    await zhou.goto('/notices');
    await step(zhou, '/notices/test', { to: 'gone@customer.example' });
    await settles(async () => (await zhou.goto('/notices?view=dead'), page.getByText('gone@customer.example').count()));
    post.refuse('gone@customer.example', false);
    await zhou.submit(page.locator('main form[action$="/retry"]').first().locator('button'));
    await settles(async () => post.last('gone@customer.example'));

    // A dry run of a spreadsheet writes nothing, and says which rows are wrong.
    await zhou.goto('/imports?kind=stock');
    await page.setInputFiles('input[type=file]', join(COMPANY, 'stock.xlsx'));
    await page.locator('input[name=kind][value=stock]').check();
    const before = beiku.cli('verify').match(/Movements read: (\d+)/)[1];
    await zhou.submit('main form:has(input[type=file]) button.btn-primary');
    await zhou.sees(/\b7\b/);
    assert.equal(beiku.cli('verify').match(/Movements read: (\d+)/)[1], before, 'a dry run writes nothing');

    // What a gun without a network said too late is a matter for a person, who says how it ended.
    const held = await late(beiku);
    await zhou.goto('/exceptions');
    const card = page.locator('main section.card').filter({ hasText: held });
    await fill(card.locator('form'), { reason: 'Label of another box, put back' });
    await zhou.submit(card.locator('form button'));
    assert.equal(await page.getByText(held).count(), 0, 'settled is out of the way');
    await zhou.goto('/exceptions?view=settled');
    await zhou.sees('Label of another box, put back');

    await zhou.goto('/settings/health');
    await zhou.submit('form[action$="/proof"] button');
    await zhou.sees(/Nothing wrong/);
    post.stop();
  },
};
