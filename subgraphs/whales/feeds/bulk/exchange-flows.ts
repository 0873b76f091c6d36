import type { OnBytes } from '@spyhop/platform/file-bytes';
import { amountText, readAmount } from '../../rules/amounts';
import type { DecimalText } from '../../rules/exact';
import { coinOf } from './coin';
import { csvRows } from './csv';
import { BulkFileError } from './file';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

// Dune's exports of what flowed between exchanges and others in a minute, <coin>_….csv: in USD and of all exchanges
// together; neither transactions, nor amounts of the coin, nor single exchanges are in them.

/** What went in and out. */
export const exchangeFlows: BulkFormat = {
  name: 'exchange-flows',
  rows: 'minutes',
  holds: ({ beginning }) =>
    /^minute,exchange_to_wallet_use?d,wallet_to_exchange_usd/.test(beginning),
  read: async function* ({ path, name }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    const coin = coinOf(name);
    if (coin === undefined) throw new BulkFileError('its name does not say of which coin it is');
    for await (const { number, fields } of csvRows(path, onBytes)) {
      yield rowOf(number, Object.values(fields ?? {}), coin.symbol);
    }
  },
};

/** Out less in alone, of which in and out cannot be told: nothing of it is taken. */
export const exchangeNetFlows: BulkFormat = {
  name: 'exchange-net-flows',
  rows: 'minutes of net flow',
  holds: ({ beginning }) => beginning.startsWith('datetime,exchange_netflow_usd'),
  read: async function* ({ path }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    for await (const { number, fields } of csvRows(path, onBytes)) {
      const [time = '', net = ''] = Object.values(fields ?? {});
      const fault =
        timeOf(time) === null ? noTime(time) : usdOf(net.replace(/^-/, '')) ? null : noAmount(net);
      yield fault === null ? { row: number, sighting: null, faults: [] } : faulty(number, fault);
    }
  },
};

function rowOf(number: number, fields: readonly string[], symbol: string): BulkRow {
  const [minute = '', out = '', into = ''] = fields;
  if (fields.length < 3) return faulty(number, 'it has not the fields it must have');
  const [time, outUsd, inUsd] = [timeOf(minute), usdOf(out), usdOf(into)];
  if (time === null) return faulty(number, noTime(minute));
  if (outUsd === null) return faulty(number, noAmount(out));
  if (inUsd === null) return faulty(number, noAmount(into));
  return { row: number, sighting: null, flow: { symbol, time, inUsd, outUsd }, faults: [] };
}

const noTime = (text: string): string => `${text.slice(0, 40)} is no minute`;
const noAmount = (text: string): string => `${text.slice(0, 40)} is no amount`;

const MINUTE = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d):00\.000 UTC$/;

/** Epoch ms; null for what no calendar has. */
function timeOf(text: string): number | null {
  const [, day, clock] = MINUTE.exec(text) ?? [];
  const time = Date.parse(`${day}T${clock}:00.000Z`);
  if (Number.isNaN(time)) return null;
  return new Date(time).toISOString() === `${day}T${clock}:00.000Z` ? time : null;
}

/** Zero or more, with every digit. */
function usdOf(text: string): DecimalText | null {
  if (/^0+(\.0+)?$/.test(text)) return '0';
  const amount = readAmount(text);
  return amount && amountText(amount);
}
