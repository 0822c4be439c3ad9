// An RMA as far as a story needs it: asked for by the clerk, approved by the manager.
import { fill, act, Complaint } from './browser.mjs';

/** The clerk enters the RMA on its page; `values` are fields of its first line or of the whole. Gives its number. */
export async function opened(clerk, { serial, part, ...values }) {
  await clerk.goto('/rma/new');
  const form = clerk.page.locator('form:has([name=line-0-serial])');
  await fill(form, { 'line-0-serial': serial, 'line-0-part_no': part, 'line-0-fault': '端口不通', 'line-0-mode': 'repair_return', customer: 'C1001', contact_email: 'huang@customer.example', contact_name: '黄杰', ...values });
  await clerk.submit(form.locator('button.btn-primary'));
  const number = clerk.page.url().match(/\/rma\/(RMA-\d{4}-\d+)/)?.[1];
  if (!number) throw new Complaint(`the new RMA is not shown:\n${(await clerk.words()).slice(0, 800)}`);
  return number;
}

/** Opened, approved, and its faulty part received in the depot. */
export async function received(clerk, manager, wanted) {
  const number = await opened(clerk, wanted);
  await act(manager, number, 'authorise');
  await act(clerk, number, 'receive_faulty', { serial: wanted.serial, depot: 'JN' });
  return number;
}
