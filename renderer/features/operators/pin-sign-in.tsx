import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../shared/domain/operator.ts';
import { errorSentence } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useNow } from '../../ui/time.tsx';
import { createKeyBurst } from './key-burst.ts';
import { Names } from './name-list.tsx';
import { byRecent, firstAsked, namesLike } from './names.ts';
import { PinField } from './pin-field.tsx';
import { usePin } from './use-pin.ts';

/** More names than this want a search. */
const MANY = 8;

/** A name, a PIN, Enter. Arrows choose the name from anywhere, digits go to the PIN and letters to the search. */
export const PinSignIn = ({ operators, onDone }: { operators: readonly Operator[]; onDone: () => void }) => {
  const { t } = useTranslation();
  const now = useNow();
  const form = useRef<HTMLFormElement>(null);
  const recent = useSystem((state) => state.session?.recentOperatorIds ?? []);
  const signedIn = useSystem((state) => state.session?.operator ?? null);
  const [picked, setPicked] = useState(
    () =>
      (operators.length === 1 ? operators[0]?.operatorId : undefined) ?? firstAsked(operators, { recent, signedIn }),
  );
  const [search, setSearch] = useState('');
  const { pin, error, busy, type, clearError, reset, signIn } = usePin(onDone);
  const [burst] = useState(createKeyBurst);

  const many = operators.length > MANY;
  const found = namesLike(byRecent(operators, recent), search);
  // Whoever was proposed may have lost their access since: then the next one is.
  const isThere = picked === null || operators.some(({ operatorId }) => operatorId === picked);
  const asked = isThere ? picked : firstAsked(operators, { recent, signedIn });
  const chosen = found.find(({ operatorId }) => operatorId === asked) ?? (search.trim() === '' ? undefined : found[0]);
  const until = [chosen?.lockedUntil, error?.code === 'operator_locked' ? error.params.until : null].find(
    (one) => typeof one === 'string' && Date.parse(one) > now,
  );
  const locked = until && chosen ? { code: 'operator_locked', params: { name: chosen.name, until } } : undefined;
  // A lock that is over needs no word any more.
  const problem = locked ?? (error?.code === 'operator_locked' ? undefined : error);
  const input = (type: 'password' | 'search') => form.current?.querySelector<HTMLInputElement>(`input[type=${type}]`);

  const choose = (operator: Operator | undefined) => {
    if (operator === undefined) return;
    setPicked(operator.operatorId);
    reset();
    input('password')?.focus();
  };
  const submit = async () => {
    if (chosen === undefined || busy) return;
    if (pin === '' || !(await signIn(chosen))) input('password')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.key === 'Enter' || event.key === 'Tab') && burst.wasReader()) {
      // A card that was read into the PIN is no failed attempt, and its digits are not left for the next one.
      event.preventDefault();
      setSearch('');
      reset({ code: 'card_not_pin', params: {} });
      return;
    }
    if (event.key.length === 1) burst.key(event.timeStamp);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const at = chosen === undefined ? -1 : found.indexOf(chosen);
      const next = event.key === 'ArrowDown' ? at + 1 : Math.max(0, at - 1);
      choose(found[Math.min(found.length - 1, next)]);
    } else if (/^\d$/.test(event.key)) input('password')?.focus();
    else if (/^\p{L}$/u.test(event.key)) input('search')?.focus();
  };

  return (
    <form
      data-reads-cards=""
      ref={form}
      className="stack"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {many && (
        <Field
          label={t('people.search')}
          type="search"
          autoComplete="off"
          value={search}
          error={found.length === 0 ? t('people.nobodyFound') : undefined}
          onChange={(event) => {
            setSearch(event.target.value);
            setPicked(null);
            clearError();
          }}
        />
      )}
      <Names operators={found} chosen={chosen?.operatorId ?? null} now={now} onChoose={choose} />
      <PinField
        label={t('people.pin')}
        value={pin}
        hint={t('people.forgotPin')}
        error={problem === undefined ? undefined : errorSentence(problem)}
        onChange={type}
        first
      />
      <Button
        type="submit"
        tone="primary"
        large
        disabled={chosen === undefined || pin === '' || busy || locked !== undefined}
      >
        {t('people.signIn')}
      </Button>
    </form>
  );
};
