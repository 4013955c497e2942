import { useTranslation } from 'react-i18next';
import { formatAmount } from '../i18n.ts';
import { Field } from './field.tsx';
import { readMoney } from './read-money.ts';

/** An amount in euros, as it is typed; once it is left it stands in the form of the language. */
export const MoneyField = (props: {
  label: string;
  /** As it is typed. */
  value: string;
  onChange: (typed: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
}) => {
  const { i18n } = useTranslation();
  const { value, onChange, ...rest } = props;
  return (
    <Field
      {...rest}
      className="money-input"
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={() => {
        const amount = readMoney(value, i18n.language === 'fr' ? 'fr' : 'en');
        if (amount !== null && formatAmount(amount) !== value) onChange(formatAmount(amount));
      }}
    />
  );
};
