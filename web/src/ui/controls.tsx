import { styled } from '@mui/material/styles';
import type { ComponentProps, ReactNode } from 'react';
import { TEXT } from './theme';

const CONTROL_HEIGHT = 32;

/** A button that is on or off; set `aria-pressed`. */
export const ToggleChip = styled('button')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 6,
    height: CONTROL_HEIGHT,
    paddingInline: 10,
    font: 'inherit',
    fontSize: TEXT.body,
    whiteSpace: 'nowrap',
    color: palette.text.secondary,
    background: 'none',
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    cursor: 'pointer',
    '&:hover': { color: palette.text.primary },
    '&[aria-pressed="true"]': {
      color: palette.primary.main,
      borderColor: palette.primary.main,
      background: palette.background.paper,
    },
  };
});

const Segments = styled('div')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-flex',
    padding: 2,
    gap: 2,
    height: CONTROL_HEIGHT,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    '& button': {
      flex: 1,
      paddingInline: 10,
      font: 'inherit',
      fontSize: TEXT.body,
      whiteSpace: 'nowrap',
      color: palette.text.secondary,
      background: 'none',
      border: 0,
      borderRadius: 4,
      cursor: 'pointer',
    },
    '& button:hover': { color: palette.text.primary },
    '& button[aria-pressed="true"]': {
      color: palette.text.primary,
      background: palette.surface.high,
    },
  };
});

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  choices: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One choice of a few, all visible. */
export function Segmented<T extends string>({
  label,
  value,
  choices,
  onChange,
}: SegmentedProps<T>) {
  return (
    <Segments role="group" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </Segments>
  );
}

const SelectFrame = styled('select')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    height: CONTROL_HEIGHT,
    paddingInline: 8,
    font: 'inherit',
    fontSize: TEXT.body,
    color: palette.text.secondary,
    background: palette.background.default,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    cursor: 'pointer',
    '&[data-set="true"]': { color: palette.primary.main, borderColor: palette.primary.main },
  };
});

interface ChoiceProps {
  label: string;
  value: string;
  choices: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
  /** Whether the value differs from "any", so that the control shows it. */
  set?: boolean;
}

/** One choice of many, in the platform's own list. */
export function Choice({ label, value, choices, onChange, set = false }: ChoiceProps) {
  return (
    <SelectFrame
      aria-label={label}
      title={label}
      value={value}
      data-set={set}
      onChange={(event) => onChange(event.target.value)}
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </SelectFrame>
  );
}

const Labelled = styled('div')(() => ({
  display: 'grid',
  gap: 6,
  justifyItems: 'start',
  fontSize: TEXT.body,
  '& span': { fontWeight: 500 },
}));

/** A choice of many below its label. */
export function LabelledChoice(choice: ChoiceProps) {
  return (
    <Labelled>
      <span aria-hidden>{choice.label}</span>
      <Choice {...choice} />
    </Labelled>
  );
}

const FieldFrame = styled('label')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 8,
    minWidth: 0,
    height: CONTROL_HEIGHT,
    paddingInline: 10,
    color: palette.text.secondary,
    border: `1px solid ${palette.divider}`,
    borderRadius: 6,
    cursor: 'text',
    '&:focus-within': { borderColor: palette.primary.main },
    '& input': {
      flex: 1,
      minWidth: 0,
      font: 'inherit',
      fontSize: TEXT.body,
      color: palette.text.primary,
      background: 'none',
      border: 0,
      outline: 'none',
    },
    '& input::placeholder': { color: palette.text.secondary, opacity: 1 },
    '& input::-webkit-search-cancel-button': { display: 'none' },
  };
});

/** A text field with an icon in front. */
export function IconField({ icon, ...input }: ComponentProps<'input'> & { icon: ReactNode }) {
  return (
    <FieldFrame>
      {icon}
      <input {...input} />
    </FieldFrame>
  );
}

const IconFrame = styled('button')(({ theme }) => {
  const { palette } = theme.vars;
  return {
    display: 'inline-grid',
    placeItems: 'center',
    width: CONTROL_HEIGHT,
    height: CONTROL_HEIGHT,
    padding: 0,
    flex: 'none',
    color: palette.text.secondary,
    background: 'none',
    border: 0,
    borderRadius: 6,
    cursor: 'pointer',
    '&:hover': { color: palette.text.primary, background: palette.surface.high },
  };
});

/** A button that shows only an icon; `label` says what it does. */
export function IconAction({ label, ...button }: ComponentProps<'button'> & { label: string }) {
  return <IconFrame type="button" aria-label={label} title={label} {...button} />;
}
