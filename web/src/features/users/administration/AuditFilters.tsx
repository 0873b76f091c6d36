import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useEffect, useEffectEvent, useState } from 'react';
import { ToggleChip } from '../../../ui/controls';
import { Field, Select, Submit } from '../../../ui/form';
import { FilterIcon } from '../../../ui/icons';
import { usePreferences } from '../../../ui/preferences';
import { useForm } from '../../../ui/useForm';
import { useAccountIds } from './account-ids';
import { isAddress, parseAuditView, type AuditView } from './audit-view';
import { AUDIT_KINDS, AUDIT_WORDS } from './audit-words';
import { fromLocalField, nameOfZone, toLocalField } from './local-time';

const Form = styled('form')(({ theme }) => ({
  display: 'grid',
  gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
  gap: '0 16px',
  '& > .send': { display: 'grid', gap: 8, gridColumn: '1 / -1' },
  [theme.breakpoints.down('md')]: {
    gridTemplateColumns: 'minmax(0, 1fr)',
    '&[data-open="false"]': { display: 'none' },
  },
}));

/** Opens the filters, where they would push the list off the screen. */
const Opener = styled(ToggleChip)(({ theme }) => ({
  justifySelf: 'start',
  [theme.breakpoints.up('md')]: { display: 'none' },
}));

const KINDS = [
  { value: '', label: 'Anything' },
  ...AUDIT_KINDS.map((kind) => ({ value: kind, label: AUDIT_WORDS[kind] })),
];

/** What the fields hold for a view; times are in the zone in which the entries are shown. */
const fieldsOf = (
  { kind, actor, subject, address, from, to }: AuditView,
  timeZone: string | null,
) => ({
  kind: kind ?? '',
  actor: actor ?? '',
  subject: subject ?? '',
  address: address ?? '',
  from: toLocalField(from, timeZone),
  to: toLocalField(to, timeZone),
});

interface AuditFiltersProps {
  view: AuditView;
  onView: (view: Partial<AuditView>) => void;
}

/** Which entries are shown. People are asked for by address; only their ids go on from here. */
export function AuditFilters({ view, onView }: AuditFiltersProps) {
  const accounts = useAccountIds();
  const { timeZone } = usePreferences();
  const [open, setOpen] = useState(false);
  const { field, form, set, pending, failure } = useForm({
    initial: fieldsOf(view, timeZone),
    check: ({ actor, subject, address }) => ({
      actor: accounts.faultOf(actor),
      subject: accounts.faultOf(subject),
      address:
        address.trim() === '' || isAddress(address.trim())
          ? undefined
          : 'This is not a network address.',
    }),
    submit: async (values) => {
      const actor = await accounts.find(values.actor);
      const subject = await accounts.find(values.subject);
      if (actor === undefined || subject === undefined) return;
      const { kind } = parseAuditView(new URLSearchParams({ kind: values.kind }));
      const from = fromLocalField(values.from, timeZone);
      const to = fromLocalField(values.to, timeZone);
      setOpen(false);
      onView({ kind, actor, subject, address: values.address.trim(), from, to });
    },
  });
  // The address bar may change without this form: by a link, or the way back.
  const follow = useEffectEvent((next: ReturnType<typeof fieldsOf>) => {
    for (const name of Object.keys(next) as (keyof typeof next)[]) set(name, next[name]);
  });
  useEffect(() => follow(fieldsOf(view, timeZone)), [view, timeZone]);
  const narrowed = Object.values(view).filter((value) => value !== null).length;
  const zone = `In the time of ${nameOfZone(timeZone)}.`;
  const text = { autoComplete: 'off', spellCheck: false } as const;
  return (
    <>
      <Opener type="button" aria-pressed={open} onClick={() => setOpen(!open)}>
        <FilterIcon width={16} height={16} />
        {narrowed === 0 ? 'Filters' : `Filters (${narrowed})`}
      </Opener>
      <Form {...form} aria-label="Filters" data-open={open}>
        <Select {...field('kind')} label="What" choices={KINDS} />
        <Field {...field('actor')} {...text} label="Done by" placeholder="E-mail or id" />
        <Field {...field('subject')} {...text} label="About" placeholder="E-mail or id" />
        <Field {...field('from')} label="From" type="datetime-local" hint={zone} />
        <Field {...field('to')} label="Before" type="datetime-local" hint={zone} />
        <Field {...field('address')} {...text} label="Network address" placeholder="203.0.113.7" />
        <div className="send">
          <Submit
            pending={pending}
            failure={failure}
            beside={<Button onClick={() => onView({})}>Show everything</Button>}
          >
            Show
          </Submit>
        </div>
      </Form>
    </>
  );
}
