// A list that fills several sheets: each says whose it is, which document, and page of pages.
import { pagesOf } from '../lib/pdf.mjs';
import { Complaint } from '../lib/browser.mjs';

const ROWS = 90;

export default {
  tells: 'A transfer of many units is printed: company, document and page of pages on each sheet',
  databases: ['sqlite'],
  starts: 'demo',
  async run({ person }) {
    const zhao = await person();
    await zhao.signIn('manager');
    await zhao.goto('/transfers');
    const transfer = await zhao.page.getAttribute('main a[href^="/transfers/TR-"]', 'href');
    const number = transfer.split('/').at(-1);
    await zhao.goto(`/print/transfer/${number}`);
    // The demo's transfers are small: its first row again and again makes a long one.
    await zhao.page.evaluate(rows => {
      const list = document.querySelector('.pt tbody');
      for (let row = 0; row < rows; row += 1) list.append(list.rows[0].cloneNode(true));
    }, ROWS);
    const pages = pagesOf(await zhao.page.pdf({ preferCSSPageSize: true }));
    if (pages.length < 3) throw new Complaint(`${ROWS} rows on ${pages.length} pages`);
    for (const [at, words] of pages.entries()) {
      for (const part of [`${at + 1}/${pages.length}`, `备库Beiku·${number}`]) {
        if (!words.includes(part)) throw new Complaint(`page ${at + 1} of ${pages.length} lacks ${part}: ${words.slice(0, 200)}`);
      }
    }
  },
};
