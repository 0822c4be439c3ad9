// A person at a browser. Everything they see is watched: an error on the console, a report of the content policy, a page
// that scrolls sideways or an answer of 500 ends the story, whatever the story was about.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import { PASSWORD } from './beiku.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Rules about colours: on the same page in the same size, other colours can break no other rule. */
const COLOUR_RULES = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };
const SIZES = { desk: { width: 1440, height: 900 }, laptop: { width: 1280, height: 800 }, tablet: { width: 900, height: 1200 }, phone: { width: 390, height: 844 } };

/** A browser; with `sees`, a film (MJPEG) that its camera shows. */
export async function open({ sees } = {}) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const camera = sees ? ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${sees}`] : [];
  return chromium.launch({ executablePath, args: [...camera, '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}

/** What went wrong on a page, in words. */
export class Complaint extends Error {}

export class Person {
  static async of(browser, base, { size = 'desk', theme = 'light', lang = 'zh-CN', script = true, resizes = false } = {}) {
    // Who changes size on the way begins as a desk: what a phone is besides its size is told to the page later.
    const phone = size === 'phone' && !resizes;
    const context = await browser.newContext({ viewport: SIZES[size], screen: SIZES[size], colorScheme: theme, locale: lang, isMobile: phone, hasTouch: phone, javaScriptEnabled: script, baseURL: base });
    const person = new Person();
    person.context = context;
    person.lang = lang;
    person.script = script;
    person.complaints = [];
    person.page = await context.newPage();
    person.page.setDefaultTimeout(30_000);
    person.watch(person.page);
    return person;
  }

  watch(page) {
    page.on('console', said => {
      if (said.type() === 'error') this.complaints.push(`console: ${said.text()} (${page.url()})`);
    });
    page.on('pageerror', error => this.complaints.push(`script: ${error} (${page.url()})`));
    page.on('response', answer => {
      if (answer.status() >= 500) this.complaints.push(`${answer.status()} from ${answer.url()}`);
    });
  }

  /** Shows the page as it stands in another size or colour scheme, without loading it anew. */
  async appears({ size, theme }) {
    this.emulates ??= await this.context.newCDPSession(this.page);
    const phone = size === 'phone';
    // Without motion nothing is caught half way from one colour to the other.
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await this.emulates.send('Emulation.setDeviceMetricsOverride', { ...SIZES[size], deviceScaleFactor: 1, mobile: phone });
    await this.emulates.send('Emulation.setTouchEmulationEnabled', { enabled: phone, maxTouchPoints: 1 });
    // An empty page says no width of its own: a phone lays it out as wide as it likes.
    if (this.page.url() === 'about:blank') return;
    await this.page.waitForFunction(width => window.innerWidth === width, SIZES[size].width);
  }

  /** Opens an address and looks at it. */
  async goto(path) {
    const answer = await this.page.goto(path, { waitUntil: 'load' });
    if (answer && answer.status() >= 400) throw new Complaint(`${path} answered ${answer.status()}`);
    await this.look();
  }

  /** Fails on anything seen so far, and on a page wider than the screen. */
  async look() {
    if (this.script) {
      const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wider > 0) this.complaints.push(`scrolls sideways by ${wider} px: ${this.page.url()}`);
    }
    if (this.complaints.length) throw new Complaint(this.complaints.splice(0).join('\n    '));
  }

  /** Fails on a table that has to be scrolled sideways within the page. */
  async fits() {
    const wider = await this.page.$$eval('main .table-wrap', all => all.map(box => box.scrollWidth - box.clientWidth).filter(by => by > 1));
    if (wider.length) throw new Complaint(`tables scroll sideways by ${wider.join(', ')} px: ${this.page.url()}`);
  }

  async signIn(username, password = PASSWORD) {
    await this.goto('/login');
    await this.page.fill('input[name=username]', username);
    await this.page.fill('input[name=password]', password);
    await this.submit('form:has(input[name=password]) button[type=submit], form:has(input[name=password]) button:not([type])');
    if (this.page.url().includes('/login')) throw new Complaint(`${username} could not sign in`);
    const wanted = this.page.locator(`form[action="/preferences"] button[name=lang][value="${this.lang}"]`);
    if (await wanted.count()) await this.submit(wanted.first());
    const shown = await this.page.getAttribute('html', 'lang');
    if (shown !== this.lang) throw new Complaint(`asked for ${this.lang}, the page speaks ${shown}`);
  }

  /** Presses a button that leads to another page (or to this one anew), and looks at it. A closed menu is opened first. */
  async submit(button, { refused = false } = {}) {
    const target = typeof button === 'string' ? this.page.locator(button).first() : button;
    const menu = target.locator('xpath=ancestor::details[not(@open)]').last();
    if (await menu.count()) await menu.locator('> summary').click();
    const asksFirst = this.script && await target.locator('xpath=ancestor::form[@data-confirm]').count();
    const pressed = async () => {
      await target.click();
      if (asksFirst) await this.page.locator('#confirm[open] [value=ok]').click();
    };
    await Promise.all([this.page.waitForEvent('load'), pressed()]);
    if (refused) this.complaints = this.complaints.filter(text => !/status of 4\d\d/.test(text));
    await this.look();
  }

  /** Presses what htmx answers in place, and looks. */
  async press(button) {
    const target = typeof button === 'string' ? this.page.locator(button).first() : button;
    await target.click();
    await this.look();
  }

  /** The page's words. */
  async words() {
    return this.page.innerText('main');
  }

  /** What can be done on the page: its words, its forms with their fields and buttons. For whoever writes a story. */
  async offered() {
    const forms = await this.page.$$eval('main form', all => all.map(form => {
      const fields = [...form.elements].filter(e => e.name && !['csrf', 'idempotency_key'].includes(e.name));
      const said = fields.map(e => `${e.name}=${e.tagName === 'SELECT' ? [...e.options].slice(0, 8).map(o => o.value).join('|') : e.value}`);
      return `${form.method} ${form.getAttribute('action')} #${form.id} ${said.join(' ')} [${[...form.querySelectorAll('button')].map(b => b.textContent.trim()).join(', ')}]`;
    }));
    return [this.page.url(), await this.words(), ...forms].join('\n');
  }

  /** Says so unless the page contains the text. */
  async sees(text) {
    const found = this.page.getByText(text).filter({ visible: true }).first();
    await found.waitFor({ state: 'visible' }).catch(async () => {
      throw new Complaint(`does not see ${text} on ${this.page.url()}:\n${(await this.words()).slice(0, 1200)}`);
    });
  }

  /** Violations axe finds on the page as it is; `colours`: only of the rules that other colours can break. */
  async axe({ colours = false } = {}) {
    if (!(await this.page.evaluate(() => Boolean(window.axe)))) await this.page.evaluate(axeSource);
    // Only violations are told, so only they are gathered; frames are documents of their own (a mail, under its own policy).
    const { violations } = await this.page.evaluate(rules => window.axe.run({ runOnly: rules, resultTypes: ['violations'], preload: false, iframes: false }), colours ? COLOUR_RULES : RULES);
    return violations.map(v => `${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map(n => `${n.html.slice(0, 120)} | ${(n.any[0]?.message ?? n.failureSummary).slice(0, 160)}`).join('\n        ')}`);
  }

  async leave() {
    await this.context.close();
  }
}

/** Fills the fields named, whatever their kind: text, choice, radio chip, tick. */
export async function fill(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`);
    const kind = await field.first().evaluate(e => (e.tagName === 'SELECT' ? 'select' : e.type));
    if (kind === 'select') await field.selectOption(value);
    else if (kind === 'radio') await form.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === 'checkbox') await field.first().setChecked(Boolean(value));
    else await field.fill(value);
  }
}

/** Brings a form into sight as a person does: the menu or the fold it lies in, or the link that leads to it. */
async function unfold(person, form) {
  if (await form.isVisible()) return;
  const folded = form.locator('xpath=ancestor::details[not(@open)]');
  if (await folded.count()) {
    await folded.first().locator('> summary').click();
    return;
  }
  const id = await form.locator('xpath=ancestor::*[starts-with(@id,"do-")]').last().getAttribute('id');
  const link = person.page.locator(`a[href="#${id}"]`).first();
  const menu = link.locator('xpath=ancestor::details[not(@open)]');
  if (await menu.count()) await menu.locator('> summary').click();
  await link.click();
}

/** Takes an action on an RMA's line as a person does: the next step on the strip, or the menu of the others. */
export async function act(person, number, action, values = {}) {
  await person.goto(`/rma/${number}`);
  await step(person, `/actions/${action}`, values);
}

/** Fills the form of the page that goes to `action` (its end is enough) and asks for these values, and sends it. */
export async function step(person, action, values = {}, { refused = false } = {}) {
  const asks = Object.keys(values).map(name => `:has([name="${name}"])`).join('');
  const form = person.page.locator(`main form[action$="${action}"]${asks}`).first();
  if (!(await form.count())) throw new Complaint(`${action} is not offered on ${person.page.url()}:\n${(await person.words()).slice(0, 1500)}`);
  await unfold(person, form);
  await fill(form, values);
  await person.submit(form.locator('button.btn-primary, button:not([type=button])').first(), { refused });
}

/**
 * Asks again and again until it is so; ends the story when it never is. For what a job of the server does in its own time.
 * Between two questions the story's own mail server and wires get their turn: a question that waits for nothing would
 * keep them from ever answering.
 */
export async function settles(isSo, { within = 150_000 } = {}) {
  for (const until = Date.now() + within; !(await isSo()); await setTimeout(20)) {
    if (Date.now() > until) throw new Complaint(`never came true: ${isSo}`);
  }
}

/** What the interface for programs answers to the person signed in. */
export async function api(person, path) {
  return person.page.evaluate(async address => {
    const answer = await fetch(`/api/v1${address}`);
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }, path);
}

/** Types a code at the station as a scanner does, and waits for what the station says of it. */
export async function scan(person, code, verdict = 'ok') {
  await person.page.fill('#scan-in', code);
  await person.page.press('#scan-in', 'Enter');
  await person.page.locator(`#verdict[data-v=${verdict}]`).filter({ hasText: code.split('/').at(-1) }).waitFor();
}
