import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EnrolledLaptop } from '../../../shared/contract/laptops.ts';
import { formatList } from '../../i18n.ts';
import { useSystem } from '../../stores/system.ts';
import { Button } from '../../ui/button.tsx';
import { Time } from '../../ui/time.tsx';
import { useRefusal } from '../operators/use-may.ts';
import { EndDialog } from './end-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { useLaptops } from './use-laptops.ts';
import './laptops.css';

type Open = { dialog: 'invite' } | { dialog: 'end'; laptop: EnrolledLaptop } | null;

/** The laptops on which people may sign in: who made them so, who can sign in there, and the end of one. */
export const LaptopsPanel = () => {
  const { t } = useTranslation();
  const view = useLaptops();
  const offline = useSystem((state) => state.status?.link.state === 'offline');
  const mayNot = useRefusal('laptops.end');
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <section className="panel stack" aria-labelledby="laptops">
      <h2 id="laptops">{t('laptops.title')}</h2>
      <p className="quiet">
        {t('laptops.text')} {mayNot !== undefined && t('laptops.onlySupervisors')}
      </p>
      {view?.keptIn === 'file' && <p className="quiet">{t('laptops.keptInFile')}</p>}
      {view === undefined && <p className="quiet">{t('common.loading')}</p>}
      {view && view.laptops === null && <p>{t('people.neverAnswered')}</p>}
      {view?.laptops && view.laptops.length > 0 && (
        <div className="scroll-x">
          <table>
            <thead>
              <tr>
                <th>{t('laptops.laptop')}</th>
                <th>{t('laptops.lastSeen')}</th>
                <th>{t('laptops.signedIn')}</th>
                <th>{t('laptops.enrolled')}</th>
                {mayNot === undefined && (
                  <th>
                    <span className="visually-hidden">{t('laptops.end')}</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody>
              {view.laptops.map((laptop) => (
                <LaptopRow
                  key={laptop.laptopId}
                  laptop={laptop}
                  here={laptop.laptopId === view.laptopId}
                  changeable={mayNot === undefined}
                  disabled={offline}
                  onEnd={() => setOpen({ dialog: 'end', laptop })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {mayNot === undefined && (
        <div className="row">
          <Button disabled={offline} onClick={() => setOpen({ dialog: 'invite' })}>
            {t('laptops.invite')}
          </Button>
        </div>
      )}
      {open?.dialog === 'invite' && <InviteDialog onClose={close} />}
      {open?.dialog === 'end' && <EndDialog laptop={open.laptop} onClose={close} />}
    </section>
  );
};

const LaptopRow = (props: {
  laptop: EnrolledLaptop;
  /** It is this one, which nobody ends from here. */
  here: boolean;
  changeable: boolean;
  disabled: boolean;
  onEnd: () => void;
}) => {
  const { t } = useTranslation();
  const { laptop, here } = props;
  const { name, endedAt, endedBy, lastSeenAt, operators, enrolledAt, enrolledBy, login } = laptop;
  return (
    <tr className={endedAt === null ? '' : 'laptop-ended'}>
      <td>
        <strong>{name}</strong> {here && <span className="quiet">({t('laptops.here')})</span>}
      </td>
      <td>
        {endedAt === null ? (
          lastSeenAt === null ? (
            '–'
          ) : (
            <Time at={lastSeenAt} />
          )
        ) : (
          <>
            {t('laptops.endedBy', { name: endedBy ?? t('laptops.administrator') })} <Time at={endedAt} />
          </>
        )}
      </td>
      <td>{operators.length === 0 ? '–' : formatList(operators)}</td>
      <td>
        {enrolledBy ?? t('laptops.administrator')} <Time at={enrolledAt} />{' '}
        <span className="quiet">{t('laptops.login', { login })}</span>
      </td>
      {props.changeable && (
        <td>
          {endedAt === null && !here && (
            <Button aria-label={t('laptops.endNamed', { name })} disabled={props.disabled} onClick={props.onEnd}>
              {t('laptops.end')}
            </Button>
          )}
        </td>
      )}
    </tr>
  );
};
