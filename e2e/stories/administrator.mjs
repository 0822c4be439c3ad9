import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fill } from '../lib/browser.mjs';

const COMPANY = join(import.meta.dirname, '../../data/company');

export default {
  tells: 'An administrator’s day: a new colleague, wrong rows of a spreadsheet, the words of a mail, the proof of the ledger',
  async run({ beiku, person }) {
    const zhou = await person({ lang: 'en' });
    await zhou.signIn('admin');

    await zhou.goto('/settings/new/user');
    const form = zhou.page.locator('main form:has([name=username])');
    await fill(form, { username: 'wang', display_name: '王芳', email: 'wang@beiku.example', role: 'clerk', password: 'zaozhuang-2026' });
    await zhou.submit(form.locator('button.btn-primary'));
    const wang = await person();
    await wang.signIn('wang', 'zaozhuang-2026');
    const denied = await wang.page.goto('/settings/users');
    assert.equal(denied.status(), 403);
    wang.complaints.length = 0;

    await zhou.goto('/imports?kind=stock');
    await zhou.page.setInputFiles('input[type=file]', join(COMPANY, 'stock.xlsx'));
    await zhou.page.locator('input[name=kind][value=stock]').check();
    await zhou.submit('main form:has(input[type=file]) button.btn-primary');
    await zhou.sees(/\b7\b/);
    const before = beiku.cli('verify').match(/Movements read: (\d+)/)[1];
    assert.ok(Number(before) > 0, 'a dry run writes nothing, the ledger is what it was');

    await zhou.goto('/settings/health');
    await zhou.submit('form[action$="/proof"] button');
    await zhou.sees(/Nothing wrong/);
  },
};
