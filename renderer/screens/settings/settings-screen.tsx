import { useTranslation } from 'react-i18next';
import type { Session } from '../../../shared/contract/session.ts';
import { CarriedPanel } from '../../features/carried/carried-panel.tsx';
import { EscalationPanel } from '../../features/escalation/escalation-panel.tsx';
import { FestivalPanel } from '../../features/festival/festival-panel.tsx';
import { LaptopsPanel } from '../../features/laptops/laptops-panel.tsx';
import { BackupsPanel } from '../../features/maintenance/backups-panel.tsx';
import { WordsPanel } from '../../features/meanings/words-panel.tsx';
import { OperatorsPanel } from '../../features/operators/operators-panel.tsx';
import { SilencesPanel } from '../../features/team/silences-panel.tsx';
import { hrefOf, SETTINGS_SECTIONS, type SettingsSection } from '../../routes.ts';
import { useSystem } from '../../stores/system.ts';
import { AuditPanel } from './audit-panel.tsx';
import { ConnectionForm } from './connection-form.tsx';
import { DataPanel } from './data-panel.tsx';
import { LaptopSettings } from './laptop-settings.tsx';
import { Thresholds } from './thresholds.tsx';
import './settings.css';

/** The settings, a section at a time: each has an address. */
export const SettingsScreen = ({ section }: { section: SettingsSection }) => {
  const { t } = useTranslation();
  const session = useSystem((state) => state.session);
  if (session === null) return <p className="screen quiet">{t('common.loading')}</p>;
  return (
    <div className="settings">
      <nav className="settings-sections" aria-label={t('settings.sections')}>
        <h1>{t('settings.title')}</h1>
        <ul>
          {SETTINGS_SECTIONS.map((one) => (
            <li key={one}>
              <a
                href={hrefOf({ screen: 'settings', section: one })}
                aria-current={one === section ? 'page' : undefined}
              >
                {t(`settings.section_${one}`)}
              </a>
            </li>
          ))}
        </ul>
        <p className="quiet settings-about">
          {t('settings.about', { version: session.version, laptop: session.laptop })}
        </p>
      </nav>
      {/* Another section begins at its top. */}
      <div key={section} className="settings-section stack">
        <Section section={section} session={session} />
      </div>
    </div>
  );
};

const Section = ({ section, session }: { section: SettingsSection; session: Session }) => {
  switch (section) {
    case 'festival':
      return <FestivalPanel session={session} part="festival" />;
    case 'connection':
      return <ConnectionForm training={session.festival.training} address={session.festival.address} />;
    case 'operators':
      return (
        <>
          <OperatorsPanel />
          <LaptopsPanel />
        </>
      );
    case 'money':
      return <FestivalPanel session={session} part="money" />;
    case 'detectors':
      return (
        <>
          <Thresholds />
          <WordsPanel />
          <SilencesPanel />
        </>
      );
    case 'escalation':
      return <EscalationPanel />;
    case 'laptop':
      return <LaptopSettings session={session} />;
    case 'data':
      return (
        <>
          <BackupsPanel />
          <CarriedPanel />
          <DataPanel />
        </>
      );
    case 'audit':
      return <AuditPanel />;
  }
};
