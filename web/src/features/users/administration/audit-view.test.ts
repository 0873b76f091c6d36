import { describe, expect, it } from 'vitest';
import { auditParams, parseAuditView } from './audit-view';
import { fromLocalField, nameOfZone, toLocalField } from './local-time';

const ID = '0b000000-0000-4000-8000-00000000000b';
const parse = (query: string) => parseAuditView(new URLSearchParams(query));

describe('a view of the audit log', () => {
  it('survives the address bar', () => {
    const view = parse(
      `kind=USER_LOCKED&actor=${ID}&subject=${ID}&address=2001:db8::1&from=2026-01-02T03:04:00Z&to=2026-01-03`,
    );
    expect(view).toMatchObject({
      ...{ kind: 'USER_LOCKED', actor: ID, subject: ID, address: '2001:db8::1' },
      ...{ from: '2026-01-02T03:04:00.000Z', to: '2026-01-03T00:00:00.000Z' },
    });
    expect(parseAuditView(auditParams(view))).toEqual(view);
  });

  it('ignores what makes no sense, and leaves no trace of what is any', () => {
    const view = parse('kind=OTHER&actor=ann@example.org&subject=1&address=<b>&from=soon&to=');
    expect(Object.values(view)).toEqual(Array(6).fill(null));
    expect(auditParams(view).toString()).toBe('');
  });
});

describe('a time that is entered', () => {
  it('is the same instant again in its field, in the zone of this device', () => {
    const iso = new Date(2026, 6, 1, 14, 30).toISOString();
    expect(toLocalField(iso, null)).toBe('2026-07-01T14:30');
    expect(fromLocalField(toLocalField(iso, null), null)).toBe(iso);
    expect(fromLocalField('', null)).toBeNull();
    expect(toLocalField(null, null)).toBe('');
  });

  it('is meant in the zone that was chosen, in which the entries are shown, summer and winter', () => {
    for (const [timeZone, field, iso] of [
      ['Asia/Kolkata', '2026-07-01T14:30', '2026-07-01T09:00:00.000Z'],
      ['America/New_York', '2026-07-01T14:30', '2026-07-01T18:30:00.000Z'],
      ['America/New_York', '2026-01-01T00:00', '2026-01-01T05:00:00.000Z'],
      // Clocks there are put forward on 8 March 2026 at 2:00, and back on 1 November at 2:00.
      ['America/New_York', '2026-03-08T01:59', '2026-03-08T06:59:00.000Z'],
      ['America/New_York', '2026-03-08T03:00', '2026-03-08T07:00:00.000Z'],
      ['America/New_York', '2026-11-01T00:59', '2026-11-01T04:59:00.000Z'],
      ['America/New_York', '2026-11-01T02:00', '2026-11-01T07:00:00.000Z'],
      ['Pacific/Auckland', '2026-01-01T00:30', '2025-12-31T11:30:00.000Z'],
      ['UTC', '2026-07-01T14:30', '2026-07-01T14:30:00.000Z'],
    ] as const) {
      expect([timeZone, fromLocalField(field, timeZone)]).toEqual([timeZone, iso]);
      expect([timeZone, toLocalField(iso, timeZone)]).toEqual([timeZone, field]);
    }
  });

  it('is told in which zone it is meant', () => {
    expect(nameOfZone('America/New_York')).toBe('America/New York');
    expect(nameOfZone(null)).not.toBe('');
  });
});
