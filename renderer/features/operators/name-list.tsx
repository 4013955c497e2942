import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../shared/domain/operator.ts';
import { formatTime } from '../../i18n.ts';

/** Everybody who can sign in; whoever is chosen stays in sight. */
export const Names = (props: {
  operators: readonly Operator[];
  chosen: string | null;
  /** Milliseconds. */
  now: number;
  onChoose: (operator: Operator) => void;
}) => {
  const { t } = useTranslation();
  const { operators, chosen, now, onChoose } = props;
  const list = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (chosen !== null)
      list.current?.querySelector(`[data-operator="${chosen}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <fieldset ref={list} className="people-names">
      <legend>{t('people.who')}</legend>
      {operators.map((operator) => (
        <label key={operator.operatorId} className="people-name" data-operator={operator.operatorId}>
          <input
            type="radio"
            name="operator"
            checked={chosen === operator.operatorId}
            onChange={() => onChoose(operator)}
          />
          <span>{operator.name}</span>
          <span className="quiet">
            {t(`people.role_${operator.role}`)}
            {operator.lockedUntil !== null &&
              Date.parse(operator.lockedUntil) > now &&
              ` · ${t('people.lockedUntil', { time: formatTime(operator.lockedUntil) })}`}
          </span>
        </label>
      ))}
      <p className="visually-hidden" role="status">
        {operators.find(({ operatorId }) => operatorId === chosen)?.name ?? ''}
      </p>
    </fieldset>
  );
};
