import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PinField } from './pin-field.tsx';

const SHORTEST = 4;

/** A PIN that is typed twice. `pin` is null until both are the same and long enough. */
export const useNewPin = () => {
  const [first, setFirst] = useState('');
  const [again, setAgain] = useState('');
  return {
    first,
    again,
    setFirst,
    setAgain,
    empty: first === '' && again === '',
    pin: first.length >= SHORTEST && first === again ? first : null,
  };
};

/** The two fields of a new PIN, with what is wrong with it. */
export const NewPin = (props: { label: string; hint: string; typed: ReturnType<typeof useNewPin> }) => {
  const { t } = useTranslation();
  const { first, again, setFirst, setAgain } = props.typed;
  return (
    <div className="people-pins">
      <PinField
        label={props.label}
        value={first}
        error={first !== '' && first.length < SHORTEST ? t('people.pinShort') : undefined}
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
