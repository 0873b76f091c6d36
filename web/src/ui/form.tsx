import Button from '@mui/material/Button';
import { styled } from '@mui/material/styles';
import { useId, useState, type ChangeEvent, type ComponentProps, type ReactNode } from 'react';
import { TEXT } from './theme';

const FIELD_HEIGHT = 36;

/** Fields, one below the other. */
export const FormGrid = styled('form')(() => ({ display: 'grid', gap: 8, minWidth: 0 }));

/** Buttons in a line; on a narrow screen the line breaks. */
export const Actions = styled('div')(() => ({ display: 'flex', flexWrap: 'wrap', gap: 8 }));

const FieldFrame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: 4,
    minWidth: 0,
    fontSize: TEXT.body,
    '& label': { fontWeight: 500 },
    '& .line': {
      display: 'flex',
      alignItems: 'center',
      height: FIELD_HEIGHT,
      border: `1px solid ${palette.divider}`,
      borderRadius: 6,
      background: palette.background.paper,
    },
    '& .line:focus-within': { borderColor: palette.primary.main },
    '&[data-fault="true"] .line': { borderColor: palette.error.main },
    '& input, & select': {
      flex: 1,
      minWidth: 0,
      height: '100%',
      paddingInline: 10,
      font: 'inherit',
      color: palette.text.primary,
      background: 'none',
      border: 0,
      borderRadius: 6,
      outline: 'none',
    },
    '& input::placeholder': { color: palette.text.secondary, opacity: 1 },
    // The list opens in the platform's own colours, over whatever is behind it.
    '& option': { background: palette.background.paper },
    '& input:disabled': { color: palette.text.secondary },
    '& .end': {
      height: '100%',
      paddingInline: 10,
      font: 'inherit',
      fontSize: TEXT.small,
      color: palette.text.secondary,
      background: 'none',
      border: 0,
      borderRadius: 6,
      cursor: 'pointer',
    },
    '& .end:hover': { color: palette.text.primary },
    // Its line is there before anything stands in it: what is below must not move away from a click.
    '& .hint, & .fault': { minHeight: 18, lineHeight: '18px' },
    '& .hint': { fontSize: TEXT.small, color: palette.text.secondary },
    '& .fault': { fontSize: TEXT.small, color: palette.error.main },
  };
});

interface FieldProps extends ComponentProps<'input'> {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value; undefined where nothing is. */
  fault?: string | undefined;
  /** What stands in the field, behind the text. */
  end?: ReactNode;
}

/** A labelled text field that says what is wrong with its value. */
export function Field({ label, hint, fault, end, ...input }: FieldProps) {
  const id = useId();
  const note = fault ?? hint;
  return (
    <FieldFrame data-fault={fault !== undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="line">
        <input
          id={id}
          aria-invalid={fault !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          {...input}
        />
        {end}
      </div>
      <span id={`${id}-note`} className={fault === undefined ? 'hint' : 'fault'}>
        {note}
      </span>
    </FieldFrame>
  );
}

interface SelectProps extends Omit<ComponentProps<'select'>, 'onChange'> {
  label: string;
  choices: readonly { value: string; label: string }[];
  onChange: (event: ChangeEvent<HTMLSelectElement>) => void;
  hint?: ReactNode;
  fault?: string | undefined;
}

/** A labelled choice of many, in the platform's own list. */
export function Select({ label, choices, hint, fault, ...select }: SelectProps) {
  const id = useId();
  const note = fault ?? hint;
  return (
    <FieldFrame data-fault={fault !== undefined}>
      <label htmlFor={id}>{label}</label>
      <div className="line">
        <select
          id={id}
          aria-invalid={fault !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          {...select}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </div>
      <span id={`${id}-note`} className={fault === undefined ? 'hint' : 'fault'}>
        {note}
      </span>
    </FieldFrame>
  );
}

/** A field for a password, which can be shown; set `autoComplete` to current-password or new-password. */
export function PasswordField(props: Omit<FieldProps, 'type' | 'end'>) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? 'text' : 'password'}
      spellCheck={false}
      autoCapitalize="none"
      end={
        <button
          type="button"
          className="end"
          aria-pressed={shown}
          aria-label={`Show: ${props.label}`}
          onClick={() => setShown(!shown)}
        >
          {shown ? 'Hide' : 'Show'}
        </button>
      }
    />
  );
}

/** Tells password managers whose password a form is about. */
export function WhosePassword({ email }: { email: string }) {
  return (
    <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
  );
}

const NoticeFrame = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    padding: '10px 12px',
    fontSize: TEXT.body,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    background: palette.background.paper,
    overflowWrap: 'anywhere',
    '&[data-tone="fault"]': { borderColor: palette.error.main },
    '&[data-tone="warning"]': {
      borderColor: palette.warning.main,
      background: palette.surface.warning,
    },
    '&[data-tone="done"]': { borderColor: palette.primary.main },
  };
});

interface NoticeProps {
  tone: 'fault' | 'warning' | 'done' | 'plain';
  children: ReactNode;
}

/** A sentence about what happened; faults are read out at once. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <NoticeFrame role={tone === 'fault' ? 'alert' : 'status'} data-tone={tone}>
      {children}
    </NoticeFrame>
  );
}

interface SubmitProps {
  pending: boolean;
  /** What went wrong, told above the button. */
  failure?: string | undefined;
  children: ReactNode;
  fullWidth?: boolean;
  color?: 'primary' | 'error';
  /** Another button, beside this one. */
  beside?: ReactNode;
}

/** What went wrong the last time, and the button that sends the form. */
export function Submit(props: SubmitProps) {
  const { pending, failure, children, fullWidth = false, color = 'primary', beside } = props;
  return (
    <>
      {failure !== undefined && <Notice tone="fault">{failure}</Notice>}
      <Actions>
        <Button
          type="submit"
          variant="contained"
          disableElevation
          color={color}
          fullWidth={fullWidth}
          aria-disabled={pending}
          sx={{ minHeight: FIELD_HEIGHT }}
        >
          {pending ? 'One moment' : children}
        </Button>
        {beside}
      </Actions>
    </>
  );
}
