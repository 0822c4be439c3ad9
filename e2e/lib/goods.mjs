// What the example company has on its shelves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Part numbers with at least `count` good boards of our own free in the depot. */
export function partsInStock(beiku, depot, count) {
  const file = join(beiku.folder, 'stock.csv');
  beiku.cli('export', 'stock', file);
  const [head, ...rows] = readFileSync(file, 'utf8').replace(/^\uFEFF/, '').trim().split(/\r?\n/).map(line => line.split(','));
  const at = Object.fromEntries(head.map((name, i) => [name, i]));
  return rows
    .filter(r => r[at.Depot] === depot && r[at.Condition] === 'Good' && r[at.Owner] === 'Ours' && Number(r[at.Available]) >= count)
    .map(r => r[at['Part No']]);
}
