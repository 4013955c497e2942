import { useEffect, useState } from 'react';
import type { AlertDetail } from '../../../shared/contract/alerts.ts';
import { call } from '../../bridge.ts';
import { goTo, hrefOf } from '../../routes.ts';
import { useAlerts } from '../../stores/alerts.ts';

/** The detail of an incident, asked for again whenever the core says that it changed. `gone` when there is none. */
export const useIncident = (incidentId: number): AlertDetail | 'gone' | null => {
  const revision = useAlerts((state) => state.revisions.get(incidentId) ?? 0);
  const [detail, setDetail] = useState<AlertDetail | 'gone' | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision is the reason to ask again
  useEffect(() => {
    let wanted = true;
    void call('alert.get', { incidentId }).then((answer) => {
      if (!wanted) return;
      setDetail(answer.ok ? answer.value : 'gone');
      // It became part of another one, wherever that was done: the screen goes with it.
      const led = answer.ok ? answer.value.alert.incidentId : incidentId;
      if (led !== incidentId && location.hash === hrefOf({ screen: 'board', incidentId }))
        goTo({ screen: 'board', incidentId: led });
    });
    return () => {
      wanted = false;
    };
  }, [incidentId, revision]);
  return detail;
};
