import type { OnBytes } from '@spyhop/platform/file-bytes';
import { readAmount } from '../../rules/amounts';
import { csvRows } from './csv';
import { type BulkFile, type BulkFormat, type BulkRow, faulty } from './format';

// Dune's exports of what flowed between exchanges and others in a minute, rolled up: no transactions are in them.

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC$/;

export const exchangeFlows: BulkFormat = {
  name: 'exchange-flows',
  rows: 'minutes',
  holds: ({ beginning }) =>
    /^(minute,exchange_to_wallet_use?d,|datetime,exchange_netflow_usd)/.test(beginning),
  read: async function* ({ path }: BulkFile, onBytes: OnBytes): AsyncGenerator<BulkRow> {
    for await (const { number, fields } of csvRows(path, onBytes)) {
      const fault = faultOf(Object.values(fields ?? {}));
      yield fault === null ? { row: number, sighting: null, faults: [] } : faulty(number, fault);
    }
  },
};

function faultOf([time = '', ...figures]: readonly string[]): string | null {
  if (!TIME.test(time)) return `${time.slice(0, 40)} is no time`;
  const wrong = figures.find((text) => Number(text) !== 0 && !readAmount(text.replace('-', '')));
  return wrong === undefined ? null : `${wrong.slice(0, 40)} is no amount`;
}
