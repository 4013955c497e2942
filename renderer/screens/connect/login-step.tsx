import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DoctorFinding } from '../../../shared/contract/connection.ts';
import { loginNameSchema, type SetupPlan } from '../../../shared/contract/setup.ts';
import { callSigned } from '../../commands.ts';
import { LoginFields, type TypedConnection, typedSettings } from '../../features/connection/connection-fields.tsx';
import { Findings } from '../../features/connection/findings.tsx';
import { errorSentence } from '../../i18n.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';

type Kind = 'administrator' | 'own';
type Found = { readonly findings: readonly DoctorFinding[]; readonly plan: SetupPlan | null };

/**
 * With which login: an administrator's, for this once, which prepares the database and makes a login for this laptop; or one
 * that was made for it already. Nothing is used before it was examined, and found good.
 */
export const LoginStep = (props: {
  settings: TypedConnection;
  onChange: (changed: TypedConnection) => void;
  loginName: string;
  onBack: () => void;
  /** The festival is on screen; with the password of its login where this laptop does not keep it. */
  onUsed: (made: { login: string; password: string } | null) => void;
}) => {
  const { t } = useTranslation();
  const { settings } = props;
  const [kind, setKind] = useState<Kind>('administrator');
  const [login, setLogin] = useState(props.loginName);
  const [found, setFound] = useState<Found | null>(null);
  const [busy, setBusy] = useState<'testing' | 'preparing' | null>(null);
  const [error, setError] = useState<string | null>(null);
  const change = (changed: TypedConnection) => {
    props.onChange(changed);
    // What was found belongs to what was tested.
    setFound(null);
  };
  const work = async (doing: 'testing' | 'preparing', step: () => Promise<void>) => {
    setBusy(doing);
    setError(null);
    setFound(null);
    await step();
    setBusy(null);
  };
  const test = () =>
    work('testing', async () => {
      const asked = { settings: typedSettings(settings) };
      if (kind === 'administrator') {
        const answer = await callSigned('setup.examine', asked);
        if (answer.ok) setFound(answer.value);
        else setError(errorSentence(answer.error));
        return;
      }
      const answer = await callSigned('doctor.run', asked);
      if (answer.ok) setFound({ findings: answer.value.findings, plan: null });
      else setError(errorSentence(answer.error));
    });
  const prepare = () =>
    work('preparing', async () => {
      const answer = await callSigned('setup.prepare', { settings: typedSettings(settings), login });
      if (!answer.ok) return setError(errorSentence(answer.error));
      const { findings, used, password } = answer.value;
      if (used) return props.onUsed(password === null ? null : { login, password });
      setFound({ findings, plan: null });
    });
  const use = () =>
    work('preparing', async () => {
      const answer = await callSigned('connection.use', { settings: typedSettings(settings) });
      if (answer.ok) props.onUsed(null);
      else setError(errorSentence(answer.error));
    });
  const works = found?.findings.every(({ level }) => level !== 'error') ?? false;
  return (
    <form
      className="panel stack"
      aria-labelledby="connect-login"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy === null && settings.user !== '') void test();
      }}
    >
      <h2 id="connect-login">{t('setup.step_login')}</h2>
      <p className="quiet">{t('setup.loginText', { host: settings.host, database: settings.database })}</p>
      <fieldset className="connect-kinds" disabled={busy !== null}>
        <legend className="visually-hidden">{t('setup.step_login')}</legend>
        {(['administrator', 'own'] as const).map((one) => (
          <label key={one} className="check">
            <input
              type="radio"
              name="kind"
              checked={kind === one}
              onChange={() => {
                setKind(one);
                setFound(null);
              }}
            />
            <span>
              {t(`setup.kind_${one}`)}
              <span className="quiet connect-kind-text">{t(`setup.kind_${one}_text`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="connection-fields">
        <LoginFields
          settings={settings}
          onChange={change}
          {...(kind === 'administrator' ? { hint: t('setup.passwordHint') } : {})}
        />
      </div>
      <div className="row">
        <Button
          type="submit"
          tone={found === null ? 'primary' : 'plain'}
          disabled={busy !== null || settings.user === ''}
        >
          {t(busy === 'testing' ? 'settings.testing' : 'settings.test')}
        </Button>
        <Button disabled={busy !== null} onClick={props.onBack}>
          {t('setup.back')}
        </Button>
      </div>
      {busy === 'preparing' && <p role="status">{t('setup.preparing')}</p>}
      {error !== null && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      {found !== null && <Findings findings={found.findings} />}
      {found !== null && !works && <p role="status">{t('setup.blocked')}</p>}
      {found?.plan && <Plan plan={found.plan} login={login} onLogin={setLogin} onPrepare={() => void prepare()} />}
      {works && kind === 'own' && (
        <div>
          <Button tone="primary" onClick={() => void use()}>
            {t('settings.use')}
          </Button>
        </div>
      )}
    </form>
  );
};

/** What preparing will do there, before anybody has it done. */
const Plan = (props: { plan: SetupPlan; login: string; onLogin: (login: string) => void; onPrepare: () => void }) => {
  const { t } = useTranslation();
  const { plan, login } = props;
  const fits = loginNameSchema.safeParse(login).success;
  return (
    <section className="stack" aria-labelledby="connect-plan">
      <h3 id="connect-plan">{t('setup.plan')}</h3>
      <ul className="connect-plan">
        <li>{t(`setup.plan_${plan.schema}`)}</li>
        {plan.policies.length > 0 && <li>{t('setup.plan_policies', { tables: plan.policies.join(', ') })}</li>}
        <li>{t('setup.plan_login')}</li>
      </ul>
      <div className="connection-fields">
        <Field
          label={t('setup.loginName')}
          hint={t('setup.loginNameHint')}
          error={fits ? undefined : t('setup.loginNameError')}
          value={login}
          maxLength={63}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => props.onLogin(event.target.value)}
        />
      </div>
      <div>
        <Button tone="primary" disabled={!fits} onClick={props.onPrepare}>
          {t('setup.prepare')}
        </Button>
      </div>
    </section>
  );
};
