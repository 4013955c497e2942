import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PinField } from './pin-field.tsx';

/** A PIN that is typed twice. `pin` is null until both are the same and long enough. */
export const useNewPin = (shortest: number) => {
  const [first, setFirst] = useState('');
  const [again, setAgain] = useState('');
  return {
    shortest,
    first,
    again,
    setFirst,
    setAgain,
    empty: first === '' && again === '',
    pin: first.length >= shortest && first === again ? first : null,
  };
};

/** The two fields of a new PIN, with what is wrong with it. */
export const NewPin = (props: { label: string; hint: string; typed: ReturnType<typeof useNewPin> }) => {
  const { t } = useTranslation();
  const { shortest, first, again, setFirst, setAgain } = props.typed;
  return (
    <div className="people-pins">
      <PinField
        label={props.label}
        value={first}
        error={first !== '' && first.length < shortest ? t('people.pinShort', { shortest }) : undefined}
        onChange={setFirst}
      />
      <PinField
        label={t('people.pinAgain')}
        value={again}
        error={again !== '' && again !== first.slice(0, again.length) ? t('people.pinDiffers') : undefined}
        onChange={setAgain}
      />
      <p className="field-hint">{props.hint}</p>
    </div>
  );
};
