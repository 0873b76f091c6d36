import Button from '@mui/material/Button';
import { Actions, Field, FormGrid, Submit } from '../../ui/form';
import { useForm } from '../../ui/useForm';
import { nameFault } from './fields';

interface NameFormProps {
  /** What gets the name. */
  subject: string;
  initial: string;
  label: string;
  action: string;
  /** Names that something else has, which cannot be given again. */
  taken?: readonly string[];
  onName: (name: string) => Promise<void>;
  onCancel: () => void;
}

/** Gives something a name. */
export function NameForm(props: NameFormProps) {
  const { subject, initial, label, action, taken = [], onName, onCancel } = props;
  const { field, form, pending, failure } = useForm({
    initial: { name: initial },
    check: ({ name }) => ({
      name:
        nameFault(name) ??
        (taken.includes(name.trim().normalize('NFC'))
          ? 'There is one of that name; choose another.'
          : undefined),
    }),
    submit: ({ name }) => onName(name.trim()),
  });
  return (
    <FormGrid {...form} aria-label={subject} style={{ flex: 1 }}>
      <Field {...field('name')} label={label} autoFocus autoComplete="off" maxLength={64} />
      <Submit pending={pending} failure={failure}>
        {action}
      </Submit>
      <Actions>
        <Button onClick={onCancel}>Cancel</Button>
      </Actions>
    </FormGrid>
  );
}
