import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { precisionOf, recallOf } from './folding/measure';
import { type Reported, report, tableOf } from './folding/report';

const DOCS = resolve(__dirname, '../../../docs/whales.md');
const [BEGIN, END] = ['<!-- folding report -->\n\n', '\n\n<!-- end of folding report -->'];

/** The table as the page has it. */
function documented(): string {
  const page = readFileSync(DOCS, 'utf8');
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END));
}

let all: Reported[];
beforeAll(() => {
  all = report();
  // `npm run whales:folding-report`
  if (process.env['WRITE_FOLDING_REPORT'] !== '1') return;
  writeFileSync(
    DOCS,
    readFileSync(DOCS, 'utf8').replace(documented(), () => tableOf(all)),
  );
}, 600_000);

const figures = (text: string): string[] =>
  text.split('\n').map((line) => line.replaceAll(/ +|-+/g, ' '));

describe('the report on folding', () => {
  it('stands in docs/whales.md as `npm run whales:folding-report` writes it', () => {
    // Where there are no recordings, those that are made up come first and are compared alone.
    const own = figures(tableOf(all));
    expect(figures(documented()).slice(0, own.length)).toEqual(own);
  });

  it.each([
    ['simulation', 0.95, 0.95],
    ['made up', 0.9, 0.75],
  ])('finds of the %s most of what is one event, and little else', (name, precision, recall) => {
    const overall = all.find((each) => each.name === name)!.measured.overall;
    expect(precisionOf(overall)).toBeGreaterThan(precision);
    expect(recallOf(overall)).toBeGreaterThan(recall);
  });

  it('leaves out of lists less than one in fifty that is no part of what they show instead', () => {
    for (const { measured, isRecorded } of all) {
      if (isRecorded) continue;
      expect(measured.hidden / measured.transactions).toBeLessThan(0.02);
    }
  });

  it('puts more right than wrong together in every recording that there is', () => {
    for (const { measured, isRecorded } of all) {
      if (!isRecorded) continue;
      expect(precisionOf(measured.overall)).toBeGreaterThan(0.75);
      expect(recallOf(measured.overall)).toBeGreaterThan(0.25);
    }
  });

  it('finds each time that an exchange moved its own in March 2017, and nothing else', () => {
    const found = all.find(({ name }) => name.endsWith('March 2017'))?.measured.byReason.INTERNAL;
    // Four pairs, read by eye; there is no such recording on every machine.
    if (found) expect(found).toEqual({ found: 4, wanted: 4, right: 4 });
  });
});
