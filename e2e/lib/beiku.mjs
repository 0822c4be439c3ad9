// The program under test: a server of its own in a folder of its own, on either database, gone when we are.
import { spawn, execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdtempSync, readFileSync, readdirSync, rmSync, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');

/** The built program: `BEIKU_BIN`, else where cargo puts it. */
export function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(project, 'target');
  const found = process.env.BEIKU_BIN ?? ['debug', 'release'].map(p => join(target, p, 'beiku')).find(existsSync);
  if (!found || !existsSync(found)) throw new Error('No beiku program: run `cargo build`, or set BEIKU_BIN.');
  return found;
}

/** Signs in as any of these; the same on both databases. */
export const PASSWORD = 'beiku-demo';
const PEOPLE = {
  admin: [],
  manager: [],
  clerk: ['--depot', 'JN'],
  engineer: [],
  technician: ['JN', 'DZ', 'ZZ', 'JI'].flatMap(depot => ['--depot', depot]),
  customer: ['--customer', 'C1001'],
};

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A throw-away PostgreSQL: lives as long as its standard input is open, which ends with this process. */
async function postgres() {
  const server = spawn('sh', [join(project, 'tests/it/support/postgres-server')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await Promise.race([once(createInterface(server.stdout), 'line'), once(server, 'exit')]);
  if (typeof line[0] !== 'string') throw new Error(`PostgreSQL did not start (exit ${line[0]}; 3 = no server binaries).`);
  return { address: line[0], stop: async () => { server.stdin.end(); await once(server, 'exit'); } };
}

/** A running Beiku. `stop()` ends it and removes its folder. */
class Beiku {
  constructor(database, folder) {
    this.database = database;
    this.folder = folder;
    this.env = { ...process.env, BEIKU_LOG: 'warn', BEIKU_LANG: 'en' };
  }

  /** Runs the program to its end and gives what it printed. */
  cli(...args) {
    return execFileSync(program(), args, { env: this.env, cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async serve(args) {
    const port = await freePort();
    this.base = `http://127.0.0.1:${port}`;
    this.log = '';
    this.child = spawn(program(), [...args, '--listen', `127.0.0.1:${port}`], { env: this.env, cwd: this.folder });
    const keep = chunk => { this.log += chunk; };
    this.child.stdout.on('data', keep);
    this.child.stderr.on('data', keep);
    for (;;) {
      if (this.child.exitCode !== null) throw new Error(`beiku ended before it served:\n${this.log}`);
      const ready = await fetch(`${this.base}/readyz`).catch(() => null);
      if (ready?.ok) return this;
      await new Promise(then => setTimeout(then, 100));
    }
  }

  /** Opens the overview once. After an import the first one waits until what came in has been judged; no story is about that. */
  async overview() {
    const form = { method: 'POST', redirect: 'manual', headers: { origin: this.base, 'content-type': 'application/x-www-form-urlencoded' }, body: `username=manager&password=${PASSWORD}&next=/` };
    const cookie = (await fetch(`${this.base}/login`, form)).headers.get('set-cookie').split(';')[0];
    await fetch(`${this.base}/`, { headers: { cookie } });
  }

  /** Mails that left, oldest first. */
  mails() {
    const box = join(this.folder, 'mail');
    return existsSync(box) ? readdirSync(box).sort().map(name => readFileSync(join(box, name), 'utf8')) : [];
  }

  async stop() {
    if (this.child && this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'exit');
    }
    await this.server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function prepared(database) {
  const beiku = new Beiku(database, mkdtempSync(join(tmpdir(), 'beiku-e2e-')));
  beiku.env.BEIKU_MAIL = `file:${join(beiku.folder, 'mail')}`;
  if (database === 'postgres') {
    beiku.server = await postgres();
    beiku.env.BEIKU_DATABASE = beiku.server.address;
  } else {
    beiku.env.BEIKU_DATABASE = `sqlite:${join(beiku.folder, 'beiku.db')}`;
  }
  return beiku;
}

/** Beiku as a company uses it: the example company imported, one user for each role; `prepare` adds to it before it is served. */
export async function company(database, prepare) {
  const beiku = await prepared(database);
  beiku.cli('migrate');
  for (const [kind, file] of [['depots', 'depots.csv'], ['parts', 'parts.csv'], ['customers', 'customers.csv'], ['stock', 'stock.xlsx'], ['rma-history', 'rma-history.csv']]) {
    beiku.cli('import', kind, join(project, 'data/company', file), '--skip-bad');
  }
  for (const [name, scope] of Object.entries(PEOPLE)) {
    beiku.cli('user', 'add', name, '--role', name, '--password', PASSWORD, '--email', `${name}@beiku.example`, ...scope);
  }
  await prepare?.(beiku);
  await beiku.serve(['serve']);
  await beiku.overview();
  return beiku;
}

/** Beiku on the day it is installed: nothing in it, nobody may sign in yet. */
export async function empty(database) {
  const beiku = await prepared(database);
  beiku.cli('migrate');
  return beiku.serve(['serve']);
}

/** The demo, as somebody new meets it: the example company with something of everything under way. */
export async function demo() {
  const beiku = await prepared('sqlite');
  return beiku.serve(['demo', '--data', beiku.folder]);
}
