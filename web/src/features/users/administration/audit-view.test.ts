import { describe, expect, it } from 'vitest';
import { auditParams, parseAuditView } from './audit-view';
import { fromLocalField, toLocalField } from './local-time';

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

it('a time entered on this device is the same instant again in its field', () => {
  const iso = new Date(2026, 6, 1, 14, 30).toISOString();
  expect(toLocalField(iso)).toBe('2026-07-01T14:30');
  expect(fromLocalField(toLocalField(iso))).toBe(iso);
  expect(fromLocalField('')).toBeNull();
});
