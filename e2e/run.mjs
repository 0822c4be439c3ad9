// Runs the stories: node run.mjs [--database sqlite|postgres] [--only NAME] [--list]
// A story gets a server of its own; what it does there no other story sees.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { company, demo, empty } from './lib/beiku.mjs';
import { open, Person } from './lib/browser.mjs';

const { values } = parseArgs({ options: { database: { type: 'string', multiple: true }, only: { type: 'string' }, list: { type: 'boolean' } } });
const databases = values.database ?? ['sqlite', 'postgres'];
/** What a story finds: nothing, the demo, else the example company. */
const STARTS = { empty, demo };
const folder = join(import.meta.dirname, 'stories');
const stories = [];
for (const file of readdirSync(folder).filter(name => name.endsWith('.mjs')).sort()) {
  const story = (await import(join(folder, file))).default;
  if (!values.only || file.includes(values.only)) stories.push({ file, ...story });
}
if (values.list) {
  for (const { file, tells } of stories) console.log(`${file.padEnd(20)} ${tells}`);
  process.exit(0);
}

const browser = await open();
let failed = 0;
for (const database of databases) {
  for (const { file, tells, starts, prepare, run, databases: only } of stories) {
    if (only && !only.includes(database)) continue;
    const began = Date.now();
    let beiku;
    const people = [];
    try {
      beiku = await (STARTS[starts] ?? company)(database, prepare);
      const person = async manner => {
        const one = await Person.of(browser, beiku.base, manner);
        people.push(one);
        return one;
      };
      await run({ beiku, browser, person });
      for (const one of people) if (!one.page.isClosed()) await one.look();
      const proof = beiku.cli('verify');
      if (process.env.E2E_VERBOSE) console.log(proof);
      console.log(`ok      ${database.padEnd(9)}${file.padEnd(20)}${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED  ${database.padEnd(9)}${file.padEnd(20)}${tells}\n    ${error.stack ?? error}`);
      const shot = people.at(-1)?.page;
      if (shot && process.env.E2E_SHOTS) await shot.screenshot({ path: join(process.env.E2E_SHOTS, `${file}-${database}.png`) }).catch(() => {});
      if (shot && process.env.E2E_VERBOSE) console.log(await people.at(-1).offered().catch(() => ''));
      if (beiku?.log) console.log(beiku.log.split('\n').slice(-15).map(line => `    | ${line}`).join('\n'));
    } finally {
      for (const one of people) await one.leave().catch(() => {});
      await beiku?.stop();
    }
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
