import {
  useEffect,
  useRef,
  useState,
  type ChangeEvent,
  type FocusEvent,
  type FormEvent,
} from 'react';
import { explain, failureOf } from './error-code';

type Values = Record<string, string>;
/** What is wrong, by field, as a sentence each. */
export type Faults<V extends Values> = Partial<Record<keyof V, string>>;

interface FormOptions<V extends Values> {
  initial: V;
  /** What is wrong with these values before anybody is asked. */
  check: (values: V) => Faults<V>;
  /** Rejects with what the server said. */
  submit: (values: V) => Promise<void>;
  /** Fields by what the server calls them, where that differs. */
  fieldOf?: Readonly<Record<string, keyof V & string>>;
}

const isSubmitButton = (element: Element | null): boolean =>
  element instanceof HTMLButtonElement && element.type === 'submit';

/**
 * A form's values, and what is wrong with them: told when somebody leaves a field or sends the form, and by the
 * server after that. What the server says of one field stands at that field, all else in `failure`.
 */
export function useForm<V extends Values>({ initial, check, submit, fieldOf }: FormOptions<V>) {
  const [values, setValues] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [refusal, setRefusal] = useState<unknown>();
  const [pending, setPending] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const ref = useRef<HTMLFormElement>(null);
  const faults = check(values);

  // Leads to the first field with a fault, once it is shown.
  useEffect(() => {
    if (refusals > 0) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  const refuse = () => setRefusals((known) => known + 1);

  const argument = refusal === undefined ? null : failureOf(refusal).argument;
  const blamed = argument === null ? null : (fieldOf?.[argument] ?? argument);
  const isField = blamed !== null && blamed in values;

  const set = (name: keyof V & string, value: string) => {
    setRefusal(undefined);
    setValues((known) => ({ ...known, [name]: value }));
  };
  const field = (name: keyof V & string) => ({
    name,
    value: values[name] ?? '',
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      set(name, event.target.value),
    onBlur: ({ relatedTarget }: FocusEvent<HTMLInputElement | HTMLSelectElement>) => {
      // Sending tells all faults at once; one that appears on the way to the button would move it.
      if (isSubmitButton(relatedTarget)) return;
      setLeft((known) => new Set(known).add(name));
    },
    fault:
      (left.has(name) ? faults[name] : undefined) ??
      (isField && blamed === name ? explain(refusal) : undefined),
  });
  const send = async () => {
    setRefusal(undefined);
    setPending(true);
    try {
      await submit(values);
    } catch (error) {
      setRefusal(error);
      refuse();
    } finally {
      setPending(false);
    }
  };
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    setLeft(new Set(Object.keys(values)));
    if (Object.values(faults).some(Boolean)) refuse();
    else void send();
  };
  return {
    values,
    set,
    field,
    pending,
    /** What is to be told above the button; undefined where nothing is. */
    failure: refusal !== undefined && !isField ? explain(refusal) : undefined,
    /** For the form element. */
    form: { ref, onSubmit, noValidate: true },
    reset: () => {
      setValues(initial);
      setLeft(new Set());
    },
  };
}
