import { useTranslation } from 'react-i18next';
import type { Health } from '../../../shared/contract/health.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { asideWords } from '../../sentence.ts';
import { Time } from '../../ui/time.tsx';
import { runCycle } from './actions.ts';

/** What could not be read, by table and reason, and a way to look at it again. */
export const SetAside = ({
  setAside,
  onLooked,
}: {
  setAside: Health['setAside'];
  onLooked: () => Promise<unknown>;
}) => {
  const { t } = useTranslation();
  return (
    <section className="panel stack" aria-labelledby="health-aside">
      <h2 id="health-aside">{t('health.aside')}</h2>
      {setAside.length === 0 ? (
        <p className="quiet">{t('health.asideNone')}</p>
      ) : (
        <>
          <table>
            <thead>
              <tr>
                <th>{t('health.asideWhat')}</th>
                <th className="number">{t('health.asideRows')}</th>
                <th>{t('health.asideFirst')}</th>
                <th>{t('health.asideSince')}</th>
              </tr>
            </thead>
            <tbody>
              {setAside.map((kind) => {
                const { source, reason, row } = asideWords(kind);
                return (
                  <tr key={`${kind.source} ${kind.reason}`}>
                    <td className={kind.money ? 'health-blind' : ''}>
                      {source} {reason}
                    </td>
                    <td className="number">{kind.count}</td>
                    <td className="health-value">
                      {row} {kind.value !== null && <span className="mono">{kind.value}</span>}
                    </td>
                    <td>
                      <Time at={kind.since} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <div className="row">
            <CommandButton needs="engine.runCycle" onClick={() => void runCycle().then(onLooked)}>
              {t('health.asideLook')}
            </CommandButton>
          </div>
        </>
      )}
    </section>
  );
};
