// A wire between browser and server that can be cut, and that can lose an answer after the server has done its part.
import { createServer, connect } from 'node:net';
import { once } from 'node:events';

export class Wire {
  #open = new Set();
  #cut = false;
  #lose = 0;
  lost = 0;

  static async to(base) {
    const wire = new Wire(), { hostname, port } = new URL(base);
    wire.server = createServer(near => wire.#join(near, hostname, Number(port))).listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    wire.base = `http://127.0.0.1:${wire.server.address().port}`;
    return wire;
  }

  #join(near, host, port) {
    if (this.#cut) return near.destroy();
    const far = connect(port, host), pair = { near, far, scans: false };
    this.#open.add(pair);
    const end = () => { near.destroy(); far.destroy(); this.#open.delete(pair); };
    for (const side of [near, far]) side.on('error', end).on('close', end);
    near.on('data', bytes => {
      pair.scans = bytes.includes('POST /api/v1/scans ');
      far.write(bytes);
    });
    far.on('data', bytes => {
      if (pair.scans && this.#lose > 0) {
        this.#lose -= 1;
        this.lost += 1;
        return end();
      }
      near.write(bytes);
    });
  }

  /** Nothing goes through until `mend`. */
  cut() {
    this.#cut = true;
    for (const { near, far } of this.#open) { near.destroy(); far.destroy(); }
  }

  /** Everything goes through again; the answers to the next `lose` scans are lost after the server has booked them. */
  mend({ lose = 0 } = {}) {
    this.#lose = lose;
    this.#cut = false;
  }

  async stop() {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }
}
