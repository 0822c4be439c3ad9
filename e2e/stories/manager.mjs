import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { act, api, fill, settles, step } from '../lib/browser.mjs';
import { partsInStock } from '../lib/goods.mjs';
import { opened, received } from '../lib/rma.mjs';

/** A part whose equivalent stands in the depots; its repair has come near the promised day. */
const LATE = { part: '0321001PUB', serial: 'E2ELATE0001', number: 'RMA-2026-09001' };

/** That many days ago, as the spreadsheets write it. */
const ago = days => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** The number a list says it has, and the rows on all of its pages. */
async function counted(person, href) {
  await person.goto(href);
  const rows = person.page.locator('main table').last().locator('tbody tr');
  for (let sum = await rows.count(); ; sum += await rows.count()) {
    const next = person.page.locator('main a[rel=next]');
    if (!(await next.count())) return sum;
    await person.submit(next.first());
  }
}

/** Saves what a link or button downloads. */
async function saved(person, beiku, link, name) {
  const [download] = await Promise.all([person.page.waitForEvent('download'), link.click()]);
  const file = join(beiku.folder, name);
  await download.saveAs(file);
  return file;
}

export default {
  tells: 'A manager’s day: figures that open the rows they count, boxes, a kept view, work given out, a quote, a waiver, the rate with its evidence, next year’s calendar, an exchange that is proposed',
  prepare(beiku) {
    const file = join(beiku.folder, 'late.csv');
    const head = '返修单号,客户编号,受理库房,料号,故障件序列号,故障现象,申请日期,收到故障件日期,先行更换件序列号,更换件发出日期,开始维修日期,维修结果,维修完成日期,返还日期,替换件序列号,快递公司,运单号,维修费用,备注';
    writeFileSync(file, `${head}\n${LATE.number},C1001,JN,${LATE.part},${LATE.serial},误码率高,${ago(76)},${ago(75)},,,${ago(60)},,,,,,,,\n`);
    beiku.cli('import', 'rma-history', file);
  },
  async run({ beiku, person }) {
    const zhao = await person();
    await zhao.signIn('manager');
    const { page } = zhao;
    // The chances of missing are learned after the start; what is at risk stands still once they are there.
    await settles(async () => (await api(zhao, '/rmas?at_risk=true&limit=200')).items.every(line => line.miss_probability !== null));
    await zhao.goto('/');
    // Every tile opens the rows it counts, and they add up to it.
    const tiles = await page.locator('.tiles a.tile[href^="/rma"]').evaluateAll(all => all.map(tile => [tile.getAttribute('href'), Number(tile.querySelector('.v').firstChild.textContent.trim())]));
    const buckets = await page.locator('.hb a[href^="/rma"]').evaluateAll(all => all.map(row => [row.getAttribute('href'), Number(row.querySelector('b').textContent)]));
    assert.ok(tiles.length >= 4 && buckets.length >= 5, `${tiles.length} tiles, ${buckets.length} buckets`);
    for (const [href, number] of [...tiles, ...buckets]) assert.equal(await counted(zhao, href), number, `${href} adds up`);

    // Boxes narrow the list; what is looked at often is kept as a view; lines are given to somebody, many at once.
    await zhao.goto('/rma');
    await Promise.all([page.waitForEvent('load'), page.locator('#filters input[name=depot][value=JN]').check()]);
    await Promise.all([page.waitForEvent('load'), page.locator('#filters input[name=state]').first().check()]);
    await zhao.look();
    const narrowed = page.url(), rows = page.locator('main table tbody tr');
    assert.ok(await rows.count() > 0 && /depot=JN/.test(narrowed));
    await step(zhao, '/rma/views', { name: '济南在办', shared: true });
    await zhao.goto('/rma');
    await zhao.submit(page.getByRole('link', { name: /济南在办/ }));
    assert.match(page.url(), /depot=JN/);
    const chosen = await rows.locator('input[name=line]').evaluateAll(all => all.slice(0, 2).map(box => box.value));
    for (const line of chosen) await page.locator(`input[name=line][value="${line}"]`).check();
    await fill(page.locator('form#assign'), { user: 'technician' });
    await zhao.submit('form#assign button:not([type=button])');
    const sun = await person();
    await sun.signIn('technician');
    await sun.goto('/rma?view=mine');
    for (const line of chosen) await sun.sees(line.split('/')[0]);

    // A repair that is to be paid is offered for a price; until the answer the clock waits for the customer.
    const [part] = partsInStock(beiku, 'JN', 2), li = await person();
    await li.signIn('clerk');
    const paid = await received(li, zhao, { serial: 'E2EQUOTE0001', part });
    await act(zhao, paid, 'set_entitlement', { entitlement: 'chargeable', payer: 'customer', reason: '人为损坏' });
    await act(zhao, paid, 'send_quote', { amount: '860.00', valid_until: ago(-14) });
    await zhao.sees('860.00');
    const huang = await person({ size: 'phone' });
    await huang.signIn('customer');
    await huang.sees('860.00');
    await huang.goto(`/rma/${paid}`);
    await step(huang, '/actions/accept_quote');
    await zhao.goto(`/rma/${paid}`);
    await zhao.sees('客户登录后答复');

    // What the customer need not send back is waived, with the reason.
    const owed = await opened(li, { serial: 'E2EOWED0001', part, 'line-0-mode': 'loaner' });
    await act(zhao, owed, 'authorise');
    const spare = await li.goto(`/rma/${owed}`).then(() => li.page.locator('form#a-reserve_replacement select[name=serial] option[value]:not([value=""])').first().getAttribute('value'));
    await act(li, owed, 'reserve_replacement', { serial: spare });
    await act(li, owed, 'ship_replacement', { carrier: '顺丰', tracking_no: 'SF3000000001' });
    await act(li, owed, 'replacement_delivered', { received_by: '黄杰' });
    await act(zhao, owed, 'waive_faulty_return', { serial: 'E2EOWED0001', reason: '现场已销毁，留有照片' });
    await zhao.sees('已免还');

    // The rate: each number opens its rows, the file has the same rows, and the customer can recompute it offline.
    await zhao.goto('/report/timely-repair');
    const due = Number((await zhao.words()).match(/(\d+) \/ (\d+)/)[2]);
    assert.equal(await counted(zhao, '/report/timely-repair?class=eligible'), due, 'the rows of the rate add up to it');
    await zhao.goto('/report/timely-repair');
    const csv = readFileSync(await saved(zhao, beiku, page.getByRole('link', { name: 'CSV' }), 'rate.csv'), 'utf8').trim().split(/\r?\n/);
    const judged = csv.filter(line => /,(及时|超期),(及时|超期),(及时|超期),$/.test(line));
    assert.equal(judged.length, due, 'the file has the lines of the rate');
    await zhao.goto('/report/evidence');
    await step(zhao, '/report/evidence', { sure: true });
    const pack = await saved(zhao, beiku, page.getByRole('link', { name: '证据包', exact: true }).last(), 'pack.zip');
    const proof = beiku.cli('verify-evidence', pack);
    const [, timely, of] = (await (await zhao.goto('/report/timely-repair'), zhao.words())).match(/(\d+) \/ (\d+)/);
    assert.ok(proof.includes(`(${timely} of ${of};`), `offline comes to the rate of the page:\n${proof}`);

    // Next year's days off are looked at before they are published: which dates move, and how far.
    const year = new Date().getFullYear() + 1, days = [['01-01', '元旦', 'New Year'], ['02-06', '春节', 'Spring Festival'], ['05-01', '劳动节', 'Labour Day'], ['10-01', '国庆节', 'National Day']];
    const file = { name: 'holidays.csv', mimeType: 'text/csv', buffer: Buffer.from(`date,kind,name_zh,name_en\r\n${days.map(([day, zh, en]) => `${year}-${day},holiday,${zh},${en}\r\n`).join('')}`) };
    await zhao.goto('/settings/calendar');
    await page.setInputFiles('form[action="/settings/calendar/preview"] input[type=file]', file);
    await zhao.submit('form[action="/settings/calendar/preview"] button');
    const moved = page.locator('main table').last().locator('tbody tr');
    assert.ok(await moved.count() > 0, 'a shorter Spring Festival moves dates');
    await zhao.submit('form#publish button.btn-primary');
    await zhao.goto('/settings/calendar');
    await zhao.sees('国庆节');

    // A line near its day has a board that can go out instead; one press holds it and decides.
    await settles(async () => (await zhao.goto(`/rma/${LATE.number}`), page.locator('#proposal').count()));
    await zhao.sees(/可以换一块等效板/);
    await step(zhao, '/accept-proposal');
    await zhao.sees('决定等效更换');
  },
};
