// What stands on the pages of a PDF that Chromium printed: enough of the format to read its words back, spaces left out.
import { inflateSync } from 'node:zlib';

const NUMBER = '<([0-9A-Fa-f]+)>';

/** What each code of a font stands for, and how many digits a code has. */
function letters(map) {
  const found = new Map();
  found.digits = map.match(/<([0-9A-Fa-f]+)>\s*endcodespacerange/)[1].length;
  const text = hex => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block] of map.matchAll(/beginbfchar(.*?)endbfchar/gs)) {
    for (const [, code, to] of block.matchAll(new RegExp(`${NUMBER}\\s*${NUMBER}`, 'g'))) found.set(parseInt(code, 16), text(to));
  }
  for (const [, block] of map.matchAll(/beginbfrange(.*?)endbfrange/gs)) {
    for (const [, first, last, to] of block.matchAll(new RegExp(`${NUMBER}\\s*${NUMBER}\\s*${NUMBER}`, 'g'))) {
      for (let code = parseInt(first, 16); code <= parseInt(last, 16); code += 1) {
        found.set(code, String.fromCodePoint(parseInt(to, 16) + code - parseInt(first, 16)));
      }
    }
  }
  return found;
}

/** The words of each page, without the spaces between them. */
export function pagesOf(pdf) {
  const objects = new Map();
  for (const [, number, body] of pdf.toString('latin1').matchAll(/(\d+) 0 obj(.*?)endobj/gs)) objects.set(number, body);
  const stream = number => {
    const body = objects.get(number) ?? '';
    const [begins] = [body.match(/stream\r?\n/)].filter(Boolean).map(found => found.index + found[0].length);
    const bytes = body.slice(begins, begins + Number(body.match(/\/Length (\d+)/)?.[1] ?? 0));
    return body.includes('FlateDecode') ? inflateSync(Buffer.from(bytes, 'latin1')).toString('latin1') : bytes;
  };
  const alphabets = new Map();
  for (const [number, body] of objects) {
    const [, map] = body.match(/\/ToUnicode (\d+) 0 R/) ?? [];
    if (map) alphabets.set(number, letters(stream(map)));
  }
  return [...objects.values()].filter(body => /\/Type\s*\/Page\b/.test(body)).map(body => {
    const fonts = new Map([...body.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, number]) => [name, alphabets.get(number)]));
    let alphabet, words = '';
    for (const [, name, codes] of stream(body.match(/\/Contents (\d+) 0 R/)[1]).matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>/g)) {
      if (name) alphabet = fonts.get(name);
      else for (let at = 0; alphabet && at < codes.length; at += alphabet.digits) words += alphabet.get(parseInt(codes.slice(at, at + alphabet.digits), 16)) ?? '';
    }
    return words.replace(/\s/g, '');
  });
}
