import assert from 'node:assert/strict';
import { CLIENT, SECRET, SignInService, WORD } from '../lib/sign-in-service.mjs';

const WAY = 'urn:company:two-factors';
/** Whom the service knows, by the name they type there. */
const STAFF = {
  'li.na': { preferred_username: 'clerk', name: '李娜', acr: WAY },
  'wu.di': { preferred_username: 'clerk', name: '吴迪', acr: WAY },
  'he.yu': { preferred_username: 'heyu', name: '何宇', acr: WAY },
  'ma.li': { preferred_username: 'manager', name: '马丽' },
  'sun.k': { preferred_username: 'engineer', name: '孙凯', acr: WAY },
};
let service;

/** At the service: a name, a word, a button. */
async function says(person, name, { word = WORD, act = 'in', refused = true } = {}) {
  await person.page.fill('[name=name]', name);
  await person.page.fill('[name=word]', word);
  await person.submit(`button[value=${act}]`, { refused });
}

/** From our page of sign-in to the service, and what a person says there. */
async function signsIn(person, name, how) {
  await person.goto('/login');
  await person.submit('a[href^="/login/sso"]');
  assert.ok(person.page.url().startsWith(service.issuer), 'the service asks who it is');
  await says(person, name, how);
}

/** The page says so, and nobody is signed in. */
async function staysOut(person, words, why) {
  person.complaints = person.complaints.filter(text => !/status of 4\d\d/.test(text));
  await person.sees(words);
  assert.equal((await person.context.request.get('/api/v1/me')).status(), 401, why);
}

/** Sets out in this window without following: where the service is asked. */
async function setsOut(person) {
  const leaving = await person.context.request.get('/login/sso', { maxRedirects: 0 });
  assert.equal(leaving.status(), 303);
  return new URL(leaving.headers().location);
}

const NOT_CONFIRMED = /did not confirm who you are/;
const NO_ACCOUNT = /no account for you here/;

export default {
  tells: 'Single sign-on by the company’s service: who it names comes in, strangers, another person by the same name, a weaker way, an expired, replayed, borrowed or altered word do not',
  async prepare(beiku) {
    service = await SignInService.open();
    Object.assign(beiku.env, { BEIKU_SSO_ISSUER: service.issuer, BEIKU_SSO_CLIENT_ID: CLIENT, BEIKU_SSO_CLIENT_SECRET: SECRET, BEIKU_SSO_ACR: WAY, BEIKU_SSO_NAME: 'Company ID' });
  },
  async run({ beiku, person }) {
    const somebody = () => person({ lang: 'en' });
    await service.begin(`${beiku.base}/login/sso/callback`, STAFF);

    // Who wanted a page is on it afterwards, as the account the service names.
    const li = await somebody();
    const seen = [];
    li.page.on('request', asked => asked.url().includes('/login/sso/callback') && seen.push(asked.url()));
    await li.goto('/stock');
    await li.submit('a[href^="/login/sso"]');
    await says(li, 'li.na', { word: 'a guess' });
    assert.ok(li.page.url().startsWith(service.issuer), 'the service knows its people');
    await says(li, 'li.na');
    assert.equal(new URL(li.page.url()).pathname, '/stock');
    assert.equal((await (await li.context.request.get('/api/v1/me')).json()).username, 'clerk');

    // The way back was good once, and only in that window.
    const wu = await somebody();
    for (const one of [li, wu]) {
      assert.equal((await one.page.goto(seen[0])).status(), 401);
      one.complaints = [];
    }
    assert.equal(seen.length, 2, 'the first way back and its second try');

    // Whom the service does not name, or names by somebody else's name, or lets in by less than is asked.
    await signsIn(wu, 'wu.di');
    await staysOut(wu, NO_ACCOUNT, 'another person by the name of one who came before');
    const he = await somebody();
    await signsIn(he, 'he.yu');
    await staysOut(he, NO_ACCOUNT, 'the service opens no accounts');
    const ma = await somebody();
    await signsIn(ma, 'ma.li');
    await staysOut(ma, NOT_CONFIRMED, 'one factor where two are asked');
    const back = await somebody();
    await signsIn(back, '', { act: 'no' });
    await staysOut(back, NOT_CONFIRMED, 'who turned back');

    // A word for another question: a way that was altered between here and there.
    const sun = await somebody();
    for (const [altered, why] of [['nonce', 'for another question'], ['code_challenge', 'a code that is not ours'], ['state', 'for another window']]) {
      const asked = await setsOut(sun);
      asked.searchParams.set(altered, 'A'.repeat(43));
      await sun.page.goto(asked.href);
      if (sun.page.url().startsWith(service.issuer)) await says(sun, 'sun.k');
      assert.ok(sun.page.url().startsWith(`${beiku.base}/login/sso/callback`), 'the service has no doubt, we do');
      await staysOut(sun, NOT_CONFIRMED, why);
    }
    // Without proof key, or back to somewhere else: the service refuses, as it must.
    for (const [name, value] of [['code_challenge', null], ['redirect_uri', 'https://elsewhere.example/']]) {
      const asked = await setsOut(sun);
      if (value) asked.searchParams.set(name, value);
      else asked.searchParams.delete(name);
      const answer = await sun.context.request.get(asked.href);
      assert.ok(answer.status() >= 400, `${name} is asked for`);
    }

    // A word an hour old.
    await service.late(3600);
    const late = await somebody();
    await signsIn(late, 'sun.k');
    await staysOut(late, NOT_CONFIRMED, 'expired');
    await service.late(0);

    // The same person, in time and unaltered; the trail has them both, and what was tried is no account.
    const again = await somebody();
    await signsIn(again, 'sun.k', { refused: false });
    assert.equal((await (await again.context.request.get('/api/v1/me')).json()).username, 'engineer');
    const token = beiku.cli('user', 'token', 'admin').trim().split('\n').at(-1);
    const trail = await (await fetch(`${beiku.base}/api/v1/audit?action=session.sso`, { headers: { authorization: `Bearer ${token}` } })).json();
    assert.deepEqual(trail.items.map(row => row.actor), ['engineer', 'clerk']);
    await service.close();
  },
};
