// A mail server: it keeps what it is given, and refuses addresses it is told to refuse.
import { createServer } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Every part of a mail that is text, readable. */
export function readable(mail) {
  const parts = mail.split(/^--\S+\r?$/m).map(part => {
    const [head, ...body] = part.split(/\r?\n\r?\n/), text = body.join('\n\n');
    if (/encoding: base64/i.test(head)) return Buffer.from(text, 'base64').toString();
    const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return /encoding: quoted-printable/i.test(head) ? Buffer.from(bytes, 'latin1').toString() : text;
  });
  return parts.join('\n');
}

export class Post {
  #refused = new Set();
  mails = [];

  static async office() {
    const post = new Post();
    post.server = createServer(socket => post.#talk(socket)).listen(0, '127.0.0.1');
    await once(post.server, 'listening');
    post.url = `smtp+plain://127.0.0.1:${post.server.address().port}`;
    return post;
  }

  /** From now on nothing is taken for this address; `false` takes it again. */
  refuse(address, refused = true) {
    if (refused) this.#refused.add(address);
    else this.#refused.delete(address);
  }

  async #talk(socket) {
    socket.on('error', () => socket.destroy());
    const say = line => socket.writable && socket.write(`${line}\r\n`);
    let to = '', lines;
    say('220 post ESMTP');
    for await (const line of createInterface(socket).on('error', () => {})) {
      if (lines) {
        if (line !== '.') { lines.push(line.replace(/^\./, '')); continue; }
        this.mails.push({ to, text: lines.join('\n') });
        lines = undefined;
        say('250 kept');
      } else if (/^EHLO|^HELO/i.test(line)) say('250 post');
      else if (/^RCPT TO:/i.test(line)) {
        to = line.match(/<(.*)>/)[1];
        say(this.#refused.has(to) ? '550 5.1.1 nobody of that name' : '250 ok');
      } else if (/^DATA/i.test(line)) { lines = []; say('354 go on'); }
      else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
      else say('250 ok');
    }
  }

  /** What was last written to somebody, readable; empty when nothing was. */
  last(to) {
    const mail = this.mails.findLast(one => one.to === to);
    return mail ? readable(mail.text) : '';
  }

  stop() {
    this.server.close();
  }
}
