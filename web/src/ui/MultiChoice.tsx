import Popover from '@mui/material/Popover';
import { styled } from '@mui/material/styles';
import { useState, type KeyboardEvent } from 'react';
import { ToggleChip } from './controls';
import { DownIcon } from './icons';
import { TEXT } from './theme';

const Sheet = styled('fieldset')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'grid',
    margin: 0,
    padding: 8,
    minWidth: 200,
    maxHeight: 'min(420px, 70dvh)',
    overflow: 'auto',
    fontSize: TEXT.body,
    border: 0,
    '& legend': { padding: '4px 8px', fontSize: TEXT.small, color: palette.text.secondary },
    '& label': {
      display: 'flex',
      alignItems: 'center',
      gap: 10,
      minHeight: 32,
      paddingInline: 8,
      borderRadius: 6,
      cursor: 'pointer',
    },
    '& label:hover': { background: palette.surface.high },
    '& input[type="checkbox"]': {
      width: 16,
      height: 16,
      margin: 0,
      accentColor: palette.primary.main,
    },
    '& .other': {
      height: 32,
      margin: '4px 8px',
      paddingInline: 8,
      font: 'inherit',
      color: palette.text.primary,
      background: palette.background.default,
      border: `1px solid ${palette.divider}`,
      borderRadius: 6,
    },
    '& .none': {
      justifySelf: 'start',
      padding: 8,
      font: 'inherit',
      color: palette.primary.main,
      background: 'none',
      border: 0,
      cursor: 'pointer',
    },
  };
});

interface OtherValue<T> {
  /** What a value that is not on the list is, e.g. "Another ticker". */
  label: string;
  /** The value that a text means; null for none. */
  parse: (text: string) => T | null;
}

interface MultiChoiceProps<T extends string> {
  label: string;
  /** What the button says where nothing is chosen. */
  any: string;
  values: readonly T[];
  choices: readonly { value: T; label: string }[];
  /** Lets people add values that are not on the list. */
  other?: OtherValue<T>;
  onChange: (values: T[]) => void;
}

const NAMED = 2;

function summary<T extends string>({ any, values, choices }: MultiChoiceProps<T>): string {
  if (values.length === 0) return any;
  const named = values
    .slice(0, NAMED)
    .map((value) => choices.find((choice) => choice.value === value)?.label ?? value);
  const rest = values.length - named.length;
  return `${named.join(', ')}${rest > 0 ? ` +${rest}` : ''}`;
}

function OtherField<T>({ label, parse, onAdd }: OtherValue<T> & { onAdd: (value: T) => void }) {
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const value = event.key === 'Enter' ? parse(event.currentTarget.value.trim()) : null;
    if (value === null) return;
    onAdd(value);
    event.currentTarget.value = '';
  };
  return <input className="other" aria-label={label} placeholder={label} onKeyDown={onKeyDown} />;
}

/** Any number of choices out of a list, behind a button that says which are made. */
export function MultiChoice<T extends string>(props: MultiChoiceProps<T>) {
  const { label, values, choices, other, onChange } = props;
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const unlisted = values.filter((value) => choices.every((choice) => choice.value !== value));
  const all = [...choices, ...unlisted.map((value) => ({ value, label: value }))];
  const toggle = (value: T) =>
    onChange(
      values.includes(value) ? values.filter((known) => known !== value) : [...values, value],
    );
  const said = summary(props);
  return (
    <>
      <ToggleChip
        type="button"
        aria-label={`${label}: ${said}`}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        aria-pressed={values.length > 0}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {said}
        <DownIcon width={14} height={14} />
      </ToggleChip>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        transitionDuration={0}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': label, sx: { mt: 0.5 } } }}
      >
        <Sheet>
          <legend>{label}</legend>
          {all.map((choice) => (
            <label key={choice.value}>
              <input
                type="checkbox"
                checked={values.includes(choice.value)}
                onChange={() => toggle(choice.value)}
              />
              {choice.label}
            </label>
          ))}
          {other && (
            <OtherField
              {...other}
              onAdd={(value) => !values.includes(value) && onChange([...values, value])}
            />
          )}
          {values.length > 0 && (
            <button type="button" className="none" onClick={() => onChange([])}>
              {props.any}
            </button>
          )}
        </Sheet>
      </Popover>
    </>
  );
}
