// The scans of this device. Each is written to IndexedDB before it is sent and leaves it when it was answered, so that a
// reload, a dead radio or a lost answer neither loses a scan nor books it twice: its key makes the server answer the same.
const BASE = 'beiku-scans', STORE = 'scans';

const opened = () => new Promise((done, fail) => {
  const request = indexedDB.open(BASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});
const within = async (mode, work) => {
  const base = await opened();
  return new Promise((done, fail) => {
    const transaction = base.transaction(STORE, mode), request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => { base.close(); done(request.result); };
    transaction.onabort = transaction.onerror = () => { base.close(); fail(transaction.error); };
  });
};

// UUIDv7: sorts by time. crypto.randomUUID needs https; getRandomValues does not. Two scans of one millisecond, or a clock
// that was set back, still come in the order they were made: time never runs backwards here.
let lastTime = 0;
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const time = lastTime = Math.max(Date.now(), lastTime + 1);
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(time / 2 ** (8 * (5 - i))) & 255;
  bytes[6] = bytes[6] & 15 | 112;
  bytes[8] = bytes[8] & 63 | 128;
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const put = entry => within('readwrite', store => store.put(entry));
export const remove = key => within('readwrite', store => store.delete(key));
// By key, which is by time.
export const all = () => within('readonly', store => store.getAll());
const waiting = async user => (await all()).filter(entry => !entry.kept && entry.user === user);

// Sends what waits, in order, one at a time, and says why it stopped: '' when nothing is left, else 'offline', 'signed-out',
// 'stale' or 'busy'. One tab at a time does it, where the browser has locks.
let running, again = false;
export function drain(user, send, settle) {
  again = true;
  running ??= alone(async () => {
    let stop = '';
    while (again && !stop) {
      again = false;
      for (let [next] = await waiting(user); next && !stop; [next] = await waiting(user)) stop = await one(next, send, settle);
    }
    return stop;
  }).finally(() => { running = undefined; });
  return running;
}
const alone = work => navigator.locks ? navigator.locks.request(BASE, work) : work();

async function one(entry, send, settle) {
  let status, body;
  try {
    const answer = await send(entry);
    status = answer.status;
    // An answer that was cut short is no answer: the same key asks again.
    if (status !== 401) body = await answer.json();
  } catch {
    return status >= 500 ? 'busy' : 'offline';
  }
  if (status === 401) return 'signed-out';
  if (status === 403 && body.code === 'csrf_failed') return 'stale';
  if (status >= 500 || status === 429) return 'busy';
  const refused = status >= 400 || body.verdict === 'refused';
  // Nobody stood there to read a late refusal: it stays until somebody says so.
  const late = Date.now() - entry.at > 10000;
  if (refused && late) await put({ ...entry, kept: { status, body } });
  else await remove(entry.key);
  settle(entry, status, body);
  return '';
}
