import Button from '@mui/material/Button';
import { Field, FormGrid, Submit } from '../../../ui/form';
import { useForm } from '../../../ui/useForm';

const LONGEST = 64;

const tooLong = (text: string): string | undefined =>
  [...text.trim()].length > LONGEST ? `At most ${LONGEST} characters.` : undefined;

interface FollowFormProps {
  initial: { name: string; group: string };
  action: string;
  /** Groups that there are already. */
  groups: readonly string[];
  /** Empty texts stand for none. */
  onKeep: (kept: { name: string; group: string }) => Promise<void>;
  onDone: () => void;
}

/** Name and group of a wallet that somebody follows; both may be left out. */
export function FollowForm({ initial, action, groups, onKeep, onDone }: FollowFormProps) {
  const { field, form, pending, failure } = useForm({
    initial,
    check: ({ name, group }) => ({ name: tooLong(name), group: tooLong(group) }),
    submit: async ({ name, group }) => {
      await onKeep({ name: name.trim(), group: group.trim() });
      onDone();
    },
  });
  return (
    <FormGrid {...form} aria-label={action} style={{ flex: '1 1 240px' }}>
      <Field {...field('name')} label="Name, if you like" autoFocus autoComplete="off" />
      <Field
        {...field('group')}
        label="Group, if you like"
        autoComplete="off"
        list="wallet-groups"
      />
      <datalist id="wallet-groups">
        {groups.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      <Submit pending={pending} failure={failure} beside={<Button onClick={onDone}>Cancel</Button>}>
        {action}
      </Submit>
    </FormGrid>
  );
}
