import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogSettings } from '../../../shared/contract/log.ts';
import { newOperationId } from '../../bridge.ts';
import { submit } from '../../commands.ts';
import { tagMeant, tagName } from '../../features/log/tags.ts';
import { CommandButton } from '../../features/operators/command-button.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogFoot } from '../../ui/dialog.tsx';
import { Field, TextField } from '../../ui/field.tsx';

const MOST = 40;

/** `Name: text`, one a line; a line without a name is called by its first words. */
const templatesIn = (text: string): LogSettings['templates'] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, name, rest] = /^([^:]{1,60}):\s*(.+)$/.exec(line) ?? [];
      return name === undefined || rest === undefined ? { name: line.slice(0, 60), text: line } : { name, text: rest };
    })
    .slice(0, MOST);

const tagsIn = (text: string): string[] =>
  [...new Set(text.toLowerCase().split(/[\s,;#]+/))].filter((tag) => tag !== '').slice(0, MOST);

/** The festival's own tags and templates, for all laptops. */
export const LogSettingsDialog = ({ settings, onClose }: { settings: LogSettings; onClose: () => void }) => {
  const { t } = useTranslation();
  const [tags, setTags] = useState(settings.tags.map(tagName).join(' '));
  const [templates, setTemplates] = useState(settings.templates.map(({ name, text }) => `${name}: ${text}`).join('\n'));
  const [sending, setSending] = useState(false);
  const save = async () => {
    setSending(true);
    const input = {
      base: settings.version,
      tags: [...new Set(tagsIn(tags).map(tagMeant))],
      templates: templatesIn(templates),
    };
    const outcome = await submit(
      'log.set',
      { operationId: newOperationId(), ...input },
      { done: t('log.settingsSaved') },
    );
    setSending(false);
    if (outcome !== null) onClose();
  };
  return (
    <Dialog title={t('log.settings')} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!sending) void save();
        }}
      >
        <Field
          label={t('log.settingsTags')}
          hint={t('log.settingsTagsHint')}
          value={tags}
          maxLength={1_600}
          onChange={(event) => setTags(event.target.value)}
        />
        <TextField
          label={t('log.settingsTemplates')}
          hint={t('log.settingsTemplatesHint')}
          rows={6}
          value={templates}
          onChange={(event) => setTemplates(event.target.value)}
        />
        <DialogFoot>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <CommandButton needs="log.set" type="submit" tone="primary" disabled={sending}>
            {t('log.settingsSave')}
          </CommandButton>
        </DialogFoot>
      </form>
    </Dialog>
  );
};
