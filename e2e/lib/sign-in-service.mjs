// A company's sign-in service: `oidc-provider`, certified by the OpenID Foundation, in a thread of its own, so that its clock can be
// wrong while ours is right.
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';

export const CLIENT = 'beiku';
export const SECRET = 'what beiku and the service know';

/** A running service. */
export class SignInService {
  static async open() {
    const service = new SignInService();
    service.thread = new Worker(new URL(import.meta.url));
    [service.issuer] = await once(service.thread, 'message');
    return service;
  }

  async #told(message) {
    this.thread.postMessage(message);
    await once(this.thread, 'message');
  }

  /** Begins: `people` are what it says of a person (and `acr`: how they sign in), by the name typed there; `back` is where Beiku may call people back. */
  begin(back, people) {
    return this.#told({ back, people });
  }

  /** From now on its clock is late by so many seconds. */
  late(seconds) {
    return this.#told({ late: seconds });
  }

  async close() {
    await this.thread.terminate();
  }
}

/** Everybody's password there. */
export const WORD = 'of-the-company-2026';

const page = (ctx, status, body) => {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>Company ID</title><main>${body}</main>`;
};

/** What a person does at the service: says who they are, or goes back. */
async function interaction(provider, people, ctx, next) {
  if (!ctx.path.startsWith('/who/')) return next();
  const form = `<form method="post"><input name="name"><input name="word" type="password"><button name="act" value="in">Sign in</button><button name="act" value="no">Go back</button></form>`;
  if (ctx.method !== 'POST') return page(ctx, 200, form);
  const sent = new URLSearchParams((await ctx.req.toArray()).join(''));
  const done = result => provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  if (sent.get('act') === 'no') await done({ error: 'access_denied' });
  else if (people[sent.get('name')] && sent.get('word') === WORD) await done({ login: { accountId: sent.get('name'), acr: people[sent.get('name')].acr } });
  else return page(ctx, 401, `Not you. ${form}`);
  ctx.respond = false;
}

function configuration(people, back, key) {
  return {
    clients: [{ client_id: CLIENT, client_secret: SECRET, redirect_uris: [back], response_types: ['code'], grant_types: ['authorization_code'] }],
    jwks: { keys: [key] },
    cookies: { keys: ['of the service'] },
    acrValues: ['urn:company:two-factors'],
    claims: { profile: ['preferred_username', 'name'], email: ['email', 'email_verified'], acr: null },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    // Cookies outlive the hour by which the clock is late; words do not.
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 86_400, Session: 86_400, Grant: 86_400 },
    interactions: { url: (_, { uid }) => `/who/${uid}` },
    findAccount: (_, name) => people[name] && { accountId: name, claims: () => ({ sub: name, ...people[name] }) },
    // The company has said yes for everybody.
    async loadExistingGrant(ctx) {
      const { Grant } = ctx.oidc.provider;
      const grant = new Grant({ clientId: CLIENT, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  };
}

async function serve() {
  const { default: Provider } = await import('oidc-provider');
  const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' };
  let answer = (_, res) => res.writeHead(503).end();
  const server = createServer((req, res) => answer(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const rightly = Date.now.bind(Date);
  parentPort.on('message', ({ back, people, late = 0 }) => {
    Date.now = () => rightly() - late * 1000;
    if (back) {
      const provider = new Provider(issuer, configuration(people, back, key));
      provider.use((ctx, next) => interaction(provider, people, ctx, next));
      answer = provider.callback();
    }
    parentPort.postMessage('so it is');
  });
  parentPort.postMessage(issuer);
}

if (!isMainThread) await serve();
