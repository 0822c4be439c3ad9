// The scan station. Without this file its form posts like any other; with it a scan is kept on the device until the server
// has answered, the verdict is seen and heard, and the camera reads codes.
import * as queue from './queue.js';

const $ = (selector, from = document) => from.querySelector(selector);
const root = $('[data-station]');
const { mode, user, depot, batch, url, csrf } = root.dataset;
const say = JSON.parse(root.dataset.texts), bins = JSON.parse(root.dataset.bins), expected = JSON.parse(root.dataset.expected);
const form = $('#scan-form'), input = $('#scan-in'), verdict = $('#verdict'), list = $('#scans'), badge = $('#waiting');
const bin = form.elements.bin, part = form.elements.part_no, quantity = form.elements.quantity;
const ICON = { ok: 'check', warn: 'alert-triangle', bad: 'x', queued: 'cloud-upload' };
const INK = { queued: 'hold' };
const english = document.documentElement.lang === 'en';

const text = (tag, words, name = '') => Object.assign(document.createElement(tag), { textContent: words, className: name });
function icon(name, classes = 'i') {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('class', classes);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(svg.namespaceURI, 'use');
  use.setAttribute('href', `${root.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

// Trusted Types: this page may load the worker and the vendored reader, and no other script.
const allowed = [root.dataset.zxjs, root.dataset.worker];
const createScriptURL = wanted => { if (!allowed.includes(wanted)) throw new TypeError('script url'); return wanted; };
const policy = window.trustedTypes?.createPolicy('scan', { createScriptURL }) ?? { createScriptURL };
const scriptUrl = wanted => policy.createScriptURL(wanted);

// Sound without files: ok = high, check = middle twice, refused = long and low. Every verdict is told apart with eyes shut.
const TONES = { ok: [[1320, .09]], warn: [[740, .09], [740, .09]], bad: [[196, .35]], queued: [[988, .06]] };
const BUZZ = { ok: 40, warn: [60, 40, 60], bad: 350, queued: 25 };
const sound = $('#sound');
let audio;
const isMute = () => localStorage.getItem('beiku-mute') === '1';
function paintSound() {
  sound.setAttribute('aria-pressed', String(!isMute()));
  $('span', sound).textContent = isMute() ? say.mute : say.loud;
}
sound.hidden = false;
sound.addEventListener('click', () => { localStorage.setItem('beiku-mute', isMute() ? '0' : '1'); paintSound(); input.focus(); });
function beep(kind) {
  if (isMute()) return;
  try {
    audio ??= new AudioContext();
    let at = audio.currentTime;
    for (const [frequency, seconds] of TONES[kind]) {
      const tone = audio.createOscillator(), gain = audio.createGain();
      tone.frequency.value = frequency;
      tone.type = kind === 'bad' ? 'square' : 'sine';
      gain.gain.value = .12;
      tone.connect(gain).connect(audio.destination);
      tone.start(at);
      tone.stop(at += seconds);
      at += .06;
    }
    navigator.vibrate?.(BUZZ[kind]);
  } catch { /* a device without sound still shows the verdict */ }
}

// What an answer says.
// No bin of this depot, or none of this count: which one is meant is asked for again.
const LOST = ['no_such_bin', 'not_in_count'];
// What bears no serial to read is taken in on a page of its own.
const UNREADABLE = ['not_a_unit', 'not_a_serial'];
const TONE_OF = { accepted: 'ok', review: 'warn', refused: 'bad', here: 'ok', quantity: 'ok', other_bin: 'warn', elsewhere: 'warn', unknown: 'warn' };
// Codes of bins are what their labels say; the bench goes by its name.
const short = place => {
  if (place.includes(':')) return '';
  const bin = place.includes('/') ? place.split('/').slice(1).join('/') : place;
  return bin === 'bench' ? say.bench : bin;
};
const named = place => place.endsWith('/bench') ? `${place.slice(0, -6)} ${say.bench}` : place;
function read(status, body) {
  const lost = LOST.includes(body.code);
  if (status >= 400) {
    const fields = body.errors?.map(error => error.message).join(' ');
    return { kind: 'bad', lost, title: say.refused, text: fields || body.detail || String(status), bin: '' };
  }
  const seen = body.items?.[0];
  if (seen) {
    const kind = TONE_OF[seen.verdict], other = seen.verdict === 'other_bin' || seen.verdict === 'elsewhere';
    const lot = seen.verdict === 'quantity', bin = short(seen.place);
    return {
      kind, bin, id: seen.id,
      replaces: seen.again ? { code: seen.code, bin: lot && bin } : undefined,
      title: seen.again && !lot ? `${say.seenAgain} · ${say[`count_${seen.verdict}`]}` : say[`count_${seen.verdict}`],
      text: other ? named(seen.book_place) : seen.part_no ?? '',
    };
  }
  const kind = TONE_OF[body.verdict], done = body.verdict === 'accepted';
  const already = done && !body.document && body.movement_id === null, again = done && body.code !== '';
  const name = english && body.name_en ? body.name_en : body.name;
  const box = body.verdict === 'review' && body.document.startsWith('BOX-');
  const blind = mode === 'receive' && UNREADABLE.includes(body.code);
  const act = blind ? { icon: 'plus', href: `/intakes/new?depot=${encodeURIComponent(depot)}`, words: say.takeIn } : box ? { icon: 'arrow-right', href: `/find?q=${encodeURIComponent(body.document)}`, words: say.settle } : done && mode === 'receive' && body.part_no && {
    icon: 'printer',
    href: `/print/unit/${encodeURIComponent(body.scanned)}${body.document.startsWith('RMA') ? '/tag' : ''}?part_no=${encodeURIComponent(body.part_no)}`,
    words: body.document.startsWith('RMA') ? say.tag : say.label,
  };
  return {
    kind, id: body.id, act, again, box, lost,
    title: already ? say.here : again ? say.again : say[`${body.mode}-${body.verdict}`],
    text: done ? [name, body.document].filter(Boolean).join(' · ') : body.detail,
    bin: done && body.place ? short(body.place) : '',
  };
}
function queued(entry) {
  const document = expected[entry.code.toUpperCase()];
  return { kind: 'queued', title: say.queued, text: document ? `${document} · ${say.queuedText}` : say.queuedText, bin: '' };
}

// The panel speaks of the last scan; the list has a row for each.
let lastKey = '';
function panel(code, what) {
  verdict.hidden = false;
  verdict.dataset.v = what.kind;
  verdict.classList.remove('flash');
  void verdict.offsetWidth;
  verdict.classList.add('flash');
  $('.vi', verdict).replaceChildren(icon(ICON[what.kind]));
  $('.vt', verdict).textContent = what.title;
  $('.vs', verdict).textContent = code;
  $('.go', verdict).textContent = what.text;
  const box = $('.bin', verdict);
  box.hidden = !what.bin;
  $('b', box).textContent = what.bin;
  const act = $('#act');
  if (act) act.hidden = !what.act;
  if (act && what.act) {
    act.href = what.act.href;
    $('span', act).textContent = what.act.words;
    act.firstElementChild.replaceWith(icon(what.act.icon, 'i i-s'));
  }
  $('#empty')?.remove();
}
// The time of day where the company is, as the rows from the server have it: a device may stand in another zone.
const clock = at => new Date(at + Number(root.dataset.zone) * 1000).toISOString().slice(11, 19);
const rowOf = key => list.querySelector(`[data-key="${CSS.escape(key)}"]`);
function row(entry, what) {
  let item = rowOf(entry.key);
  const before = item?.dataset.kind;
  if (!item) {
    item = document.createElement('li');
    item.dataset.key = entry.key;
    list.prepend(item);
  }
  // What was packed before is told, and counts for nothing.
  const now = what.again ? undefined : what.kind;
  if (now) item.dataset.kind = now;
  else delete item.dataset.kind;
  if (what.id) item.dataset.id = what.id;
  const middle = text('div', '', 'trunc');
  middle.append(text('span', entry.code, 'mono'), text('span', [what.title, what.text].filter(Boolean).join(' · '), 'pn trunc'));
  if (what.box) middle.append(Object.assign(text('a', what.act.words, 'small'), { href: what.act.href }));
  const time = text('time', clock(entry.at), 't3 small');
  item.replaceChildren(icon(ICON[what.kind], `i ${INK[what.kind] ?? what.kind}`), middle, text('span', what.bin, 'strong'), time);
  if (before !== now) count(before, now);
  if (what.replaces) replaced(item, what.replaces);
}
// Seen again, a thing counts once: the row it had goes.
function replaced(item, { code, bin }) {
  for (const old of [...list.children]) {
    const same = $('.mono', old).textContent.toUpperCase() === code.toUpperCase();
    if (old === item || !same || old.classList.contains('voided') || bin && $(':scope > .strong', old).textContent !== bin) continue;
    count(old.dataset.kind);
    old.remove();
  }
}
function count(before, now) {
  const step = (name, by) => {
    const number = $(`[data-n="${name}"]`);
    if (number) number.textContent = Number(number.textContent) + by;
  };
  if (before) step(before, -1);
  else step('all', 1);
  if (now) step(now, 1);
  else step('all', -1);
}

// What is expected and what is packed lies beside the scanner: after a scan as the server sees it then. What was typed there
// stays, nothing changes under the hands of who types, and of many scans in a row the last one asks.
const beside = () => $('#beside'), stationUrl = `/scan/${mode}?depot=${encodeURIComponent(depot)}`;
let stale;
function refresh() {
  clearTimeout(stale);
  if (mode === 'ship' || mode === 'receive') stale = setTimeout(reload, 200);
}
function reload() {
  const page = new XMLHttpRequest();
  page.open('GET', stationUrl);
  page.responseType = 'document';
  page.onload = () => {
    const old = beside(), fresh = page.status === 200 && page.response?.getElementById('beside');
    if (!fresh || old.contains(document.activeElement)) return;
    const now = document.importNode(fresh, true);
    for (const field of old.querySelectorAll('input[id]')) {
      const same = now.querySelector(`#${CSS.escape(field.id)}`);
      if (same && field.type === 'checkbox') same.checked = field.checked;
      else if (same) same.value = field.value;
    }
    old.replaceWith(now);
  };
  page.send();
}

// Late refusals stay until somebody says so.
async function paint() {
  const entries = await queue.all();
  const own = entries.filter(entry => entry.user === user), kept = own.filter(entry => entry.kept);
  const left = own.length - kept.length, others = entries.filter(entry => entry.user !== user && !entry.kept);
  badge.hidden = !left && navigator.onLine;
  $('span', badge).textContent = navigator.onLine ? say.uploading : say.offline;
  $('b', badge).textContent = left;
  $('#others').hidden = !others.length;
  $('#others b').textContent = [...new Set(others.map(entry => entry.user))].join(' ');
  $('#kept').hidden = !kept.length;
  $('#kept ul').replaceChildren(...kept.map(entry => {
    const what = read(entry.kept.status, entry.kept.body), item = document.createElement('li');
    const middle = text('div', ''), done = text('button', say.settled, 'btn btn-s');
    middle.append(text('span', entry.code, 'mono'), text('span', `${what.title} · ${what.text}`, 'pn'));
    done.type = 'button';
    done.append(text('span', ` ${entry.code}`, 'vh'));
    done.addEventListener('click', async () => { await queue.remove(entry.key); paint(); input.focus(); });
    item.append(icon('x', 'i bad'), middle, done);
    return item;
  }));
}

// Sending. Other tabs hear what became of a scan that this one sent for them.
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('beiku-scans') : undefined;
const send = entry => fetch(entry.url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json', 'accept-language': document.documentElement.lang, 'idempotency-key': entry.key, 'x-csrf-token': csrf },
  body: entry.body,
  signal: AbortSignal.timeout?.(15000),
});
function settled(entry, status, body) {
  const what = read(status, body);
  if (entry.mode === mode && rowOf(entry.key)) row(entry, what);
  if (entry.key === lastKey) panel(entry.code, what);
  if (entry.key === lastKey && what.lost) lose();
  if (entry.key === lastKey || what.kind === 'bad') beep(what.kind);
  if (what.id) undoable(what.id);
  refresh();
}
if (channel) channel.onmessage = ({ data }) => { settled(...data); paint(); };
async function drain() {
  const stop = await queue.drain(user, send, (...answer) => { settled(...answer); channel?.postMessage(answer); });
  await paint();
  const trouble = $('#trouble');
  trouble.hidden = stop !== 'signed-out' && stop !== 'stale';
  if (!trouble.hidden) $('span', trouble).textContent = say[stop];
  return stop;
}

// A scan.
function aimed(code) {
  const upper = code.toUpperCase(), own = upper.startsWith(`${depot}/`) ? upper.slice(depot.length + 1) : upper;
  return bins.find(name => name.toUpperCase() === own);
}
function bodyOf(code, at) {
  const place = bin?.value.trim() || undefined, part_no = part?.value.trim() || undefined;
  if (mode === 'count') {
    const many = quantity.value.trim();
    const item = many === '' ? { serial: code, part_no } : { part_no: code, quantity: Number(many) };
    return { bin: place, items: [item] };
  }
  return { mode: root.dataset.api, depot, batch, code, part_no, bin: place, client_time: new Date(at).toISOString(), device: device() };
}
function device() {
  const known = localStorage.getItem('beiku-device') ?? queue.newKey();
  localStorage.setItem('beiku-device', known);
  return known;
}
// The bin that was aimed at holds no longer: the next scan has to be one.
let lost = false;
function lose() {
  lost = mode === 'count' || Boolean(bin?.value.trim());
  if (bin) bin.value = '';
}
async function scan(raw) {
  const code = raw.trim();
  input.value = '';
  input.focus();
  if (!code) return;
  const aim = bin && aimed(code);
  if (aim) {
    bin.value = aim;
    panel(aim, { kind: 'ok', title: say.aim, text: '', bin: aim });
    beep('ok');
    return;
  }
  const at = Date.now(), key = queue.newKey();
  // What cannot be asked for is refused here and now: it is told, counted and listed like any other refusal.
  const refuse = (title, text) => {
    lastKey = key;
    const what = { kind: 'bad', title, text, bin: '' };
    panel(code, what);
    row({ key, code, at }, what);
    beep('bad');
  };
  if (bin && mode !== 'count' && code.toUpperCase().startsWith(`${depot}/`)) {
    refuse(`${say.noBin} ${code.slice(depot.length + 1)}`, say.noBinText);
    lose();
    return;
  }
  if ((mode === 'move' || lost) && !bin.value.trim()) {
    refuse(say.needBin, say.needBinText);
    return;
  }
  lost = false;
  const entry = { key, user, mode, code, at, url, body: JSON.stringify(bodyOf(code, at)) };
  if (part) part.value = '';
  if (quantity) quantity.value = '';
  await queue.put(entry);
  lastKey = key;
  row(entry, { ...queued(entry), bin: '' });
  navigator.storage?.persist?.();
  paint();
  // A verdict that takes its time is told later; until then the scan is safe here.
  const patience = setTimeout(() => { if (lastKey === key && rowOf(key).dataset.kind === 'queued') tellQueued(entry); }, 1500);
  const stop = await drain();
  clearTimeout(patience);
  if (stop && rowOf(key).dataset.kind === 'queued' && lastKey === key) tellQueued(entry);
}
let told = '';
function tellQueued(entry) {
  if (told === entry.key) return;
  told = entry.key;
  panel(entry.code, queued(entry));
  beep('queued');
}
form.addEventListener('submit', event => {
  event.preventDefault();
  scan(input.value);
});

// Taking the last scan back: what has not been sent is forgotten, what was booked is reversed.
const undo = $('#undo');
function undoable(id) {
  if (!undo) return;
  undo.hidden = false;
  undo.elements.id.value = id;
}
undo?.addEventListener('submit', async event => {
  event.preventDefault();
  const waits = (await queue.all()).find(entry => entry.key === lastKey && !entry.kept);
  if (waits) {
    await queue.remove(waits.key);
    count('queued');
    rowOf(waits.key)?.remove();
    panel(waits.code, { kind: 'warn', title: say.undone, text: '', bin: '' });
    paint();
  } else if (undo.elements.id.value) await takeBack(undo.elements.id.value);
  input.focus();
});
// What was taken back stays in the list, struck out, and counts no more.
function voided(item) {
  if (item.classList.contains('voided')) return;
  item.classList.add('voided');
  count(item.dataset.kind);
  delete item.dataset.kind;
  item.firstElementChild.replaceWith(icon('arrow-back-up', 'i t3'));
  $('.pn', item).textContent = say.undone;
  $(':scope > .strong', item).textContent = '';
}
async function takeBack(id) {
  const item = list.querySelector(`[data-id="${CSS.escape(id)}"]`), code = $('.mono', item ?? document.createElement('i'))?.textContent ?? '';
  try {
    const body = JSON.stringify({ reason: say.undoReason });
    const answer = await send({ url: `${url}/${id}/undo`, key: queue.newKey(), body });
    const said = await answer.json();
    if (!answer.ok) throw new Error(read(answer.status, said).text);
    const nothing = !said.document && said.movement_id === null;
    if (item) voided(item);
    panel(code, { kind: 'warn', title: say.undone, text: nothing ? say.undoneNothing : '', bin: said.place && !nothing ? short(said.place) : '' });
    const next = [...list.querySelectorAll('[data-id]:not(.voided)')][0];
    undo.elements.id.value = next?.dataset.id ?? '';
    undo.hidden = !next;
    refresh();
  } catch (error) {
    panel(code, { kind: 'bad', title: say.notUndone, text: error instanceof TypeError ? document.body.dataset.offline : error.message, bin: '' });
    beep('bad');
  }
}

// The numbers beside the menu, which other pages have from htmx.
function numbers() {
  const page = new XMLHttpRequest();
  page.open('GET', '/menu/counts');
  page.responseType = 'document';
  page.onload = () => {
    for (const fresh of page.status === 200 && page.response?.querySelectorAll('[hx-swap-oob]') || []) {
      const old = document.getElementById(fresh.id);
      fresh.removeAttribute('hx-swap-oob');
      old?.replaceWith(document.importNode(fresh, true));
    }
  };
  page.send();
}

// Camera.
const camera = $('#camera');
if (navigator.mediaDevices?.getUserMedia) {
  camera.hidden = false;
  $('#plain-send').hidden = true;
  camera.addEventListener('click', async () => {
    try {
      const eye = await import('./camera.js');
      camera.setAttribute('aria-pressed', String(await eye.toggle(root, $('#cam'), scriptUrl, scan)));
    } catch {
      panel('', { kind: 'bad', title: say.nocam, text: '', bin: '' });
      beep('bad');
    }
    input.focus();
  });
}

// Whatever waits is tried again when the network is back, the page is looked at, and every quarter of a minute.
addEventListener('online', drain);
addEventListener('offline', paint);
document.addEventListener('visibilitychange', () => { if (!document.hidden) drain(); });
setInterval(drain, 15000);
for (const choice of root.querySelectorAll('select[data-go-to]')) {
  choice.addEventListener('change', () => choice.form.requestSubmit());
  choice.form.querySelector('button').hidden = true;
}

// The page itself is kept for a reload without a network. A refused form stands under another address: the station's own counts.
const address = location.pathname === `/scan/${mode}` ? location.href : stationUrl;
if ('serviceWorker' in navigator && window.caches) {
  navigator.serviceWorker.register(scriptUrl(root.dataset.worker), { scope: '/scan/' })
    .then(() => navigator.serviceWorker.ready)
    .then(() => caches.open(root.dataset.cache))
    .then(cache => navigator.onLine && cache.add(address))
    .catch(() => {});
}

paintSound();
numbers();
for (const entry of (await queue.all()).filter(entry => entry.user === user && entry.mode === mode && !entry.kept)) row(entry, queued(entry));
await paint();
drain();
